#include "tui/core/screen.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/svg.h"
#include "scanner/helper/errand.h"
#include "tui/core/keys.h"
#include "tui/core/osc52.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <utf8proc.h>
#include <wchar.h>

/* --- Which terminal --------------------------------------------------------------------------- */

/* Terminals that understand another one's sequences, as their makers say. */
static const struct {
	const char *term, *like;
} like[] = {
    {"alacritty", "xterm-256color"},
    {"foot", "xterm-256color"},
    {"xterm-ghostty", "xterm-256color"},
    {"xterm-kitty", "xterm-256color"},
    {"wezterm", "xterm-256color"},
};

static bool uses_carried;
static char *own_home; /* while HOME leads elsewhere, else NULL */

/* Makes ncurses use the carried description of @term.  Returns its name for setupterm(3x) and
 * newterm(3x); NULL where there is none. */
static const char *use_carried(const char *term)
{
	for (size_t i = 0; i < array_len(like); i++) {
		if (strcmp(term, like[i].term) == 0)
			term = like[i].like;
	}
	for (const struct terminal_entry *entry = terminal_entries; entry->term; entry++) {
		if (strcmp(term, entry->term) == 0) {
			uses_carried = setenv("TERMINFO", entry->entry, 1) == 0;
			return uses_carried ? entry->term : NULL;
		}
	}
	return NULL;
}

/* ncurses looks there before where the system keeps its terminals; terminfo(5). */
static void leave_out_silent_folders(void)
{
	static const char *const variables[] = {"TERMINFO", "TERMINFO_DIRS"};
	const char *home = getenv("HOME");

	for (size_t i = 0; i < array_len(variables); i++) {
		const char *list = getenv(variables[i]);

		if (list && !errand_answers(list))
			unsetenv(variables[i]);
	}
	if (home && !own_home && !errand_answers(home)) {
		own_home = xstrdup(home);
		setenv("HOME", "/", 1);
	}
}

int terminal_find(struct terminal *ret_terminal)
{
	const char *term = getenv("TERM");
	struct terminal terminal = {.carried = NULL};
	int error = 0;

	if (!term || !*term)
		return -ENODATA;
	leave_out_silent_folders();
	if (setupterm(NULL, STDOUT_FILENO, &error) == ERR) {
		terminal.carried = use_carried(term);
		if (!terminal.carried ||
		    setupterm(terminal.carried, STDOUT_FILENO, &error) == ERR) {
			terminal_forget();
			return -ENOENT;
		}
	}
	const char *move = tigetstr("cup");
	bool dumb = !move || move == (const char *)-1;

	terminal.colors = tigetnum("colors");
	del_curterm(cur_term);
	if (dumb) {
		terminal_forget();
		return -EINVAL;
	}
	*ret_terminal = terminal;
	return 0;
}

void terminal_forget(void)
{
	if (uses_carried)
		unsetenv("TERMINFO");
	uses_carried = false;
	if (own_home)
		setenv("HOME", own_home, 1);
	free(own_home);
	own_home = NULL;
}

/* --- Colors ----------------------------------------------------------------------------------- */

static const attr_t style_attributes[STYLE_COUNT] = {
    [STYLE_DIM] = A_DIM,
    [STYLE_STRONG] = A_BOLD,
    [STYLE_TITLE] = A_BOLD,
    [STYLE_KEY] = A_BOLD,
    [STYLE_NS] = A_BOLD,
    [STYLE_NEW] = A_BOLD,
    [STYLE_DEAD] = A_DIM,
    [STYLE_MATCH] = A_UNDERLINE | A_BOLD,
    [STYLE_ACTOR] = A_BOLD,
    [STYLE_OK] = A_BOLD,
    [STYLE_FAIL] = A_BOLD,
};

enum {
	PAIR_STYLE = 1,
	PAIR_COLOR = PAIR_STYLE + STYLE_COUNT,
	PAIRS = PAIR_COLOR + NS_LETTER_COLORS
};

static const struct palette *palette; /* NULL: no colors */

/* Sets the colors up; the screen must be open. */
static void set_theme(enum theme theme)
{
	static bool started;
	const struct palette *requested;

	palette = NULL;
	if (!has_colors() || (!started && start_color() == ERR))
		return;
	started = true;
	/* The theme before may have had a background. */
	assume_default_colors(COLOR_OWN, COLOR_OWN);
	if (theme == THEME_MONO || COLORS < 8 || COLOR_PAIRS < PAIRS)
		return;
	requested = palette_of(theme, COLORS >= 256  ? DEPTH_256
	                              : COLORS >= 16 ? DEPTH_16
	                                             : DEPTH_8);
	if (assume_default_colors(requested->front, requested->back) == ERR)
		return;
	palette = requested;
	for (int style = 0; style < STYLE_COUNT; style++)
		init_pair((short)(PAIR_STYLE + style), palette->styles[style], COLOR_OWN);
	for (int color_index = 0; color_index < NS_LETTER_COLORS; color_index++)
		init_pair((short)(PAIR_COLOR + color_index),
		    palette->color_indexes[color_index % palette->color_count], COLOR_OWN);
}

static short cell_pair(enum style style, uint8_t color_index)
{
	if (!palette)
		return 0;
	if (style == STYLE_NS_LETTER && color_index > 0)
		return (short)(PAIR_COLOR + (color_index - 1) % NS_LETTER_COLORS);
	return palette->styles[style] == COLOR_OWN ? 0 : (short)(PAIR_STYLE + style);
}

/* How a cell of @style and @color_index is drawn in a line of @look. */
static void style_cell(
    enum style style, uint8_t color_index, enum look look, attr_t *ret_attributes, short *ret_pair)
{
	attr_t attributes = style_attributes[style];
	short pair = cell_pair(style, color_index);

	if (style == STYLE_NS_LETTER && color_index > 0)
		attributes |= A_BOLD;
	/* A gray needs no dimming on top. */
	if (palette && (pair != 0 || !palette->dims))
		attributes &= ~A_DIM;
	switch (look) {
	case LOOK_PLAIN:
		break;
	case LOOK_BAR:
	case LOOK_SELECTED:
		/* Reversed colors are hard to read: the bar has one color. */
		attributes = (attributes & ~A_DIM) | A_REVERSE;
		pair = 0;
		break;
	case LOOK_RULE:
		attributes = (attributes & ~A_DIM) | A_BOLD;
		break;
	case LOOK_RESTING:
		attributes |= A_UNDERLINE | A_BOLD;
		attributes &= ~A_DIM;
		break;
	}
	*ret_attributes = attributes;
	*ret_pair = pair;
}

/* Of a number, as xterm has it by default; @own: for the terminal's own. */
static uint32_t rgb(short number, uint32_t own)
{
	static const uint32_t named[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	    0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff,
	    0x00ffff, 0xffffff};
	static const uint32_t levels[] = {0, 95, 135, 175, 215, 255};
	uint32_t cube, grey;

	if (number < 0)
		return own;
	if (number < 16)
		return named[number];
	if (number >= 232) {
		grey = 8 + 10 * (uint32_t)(number - 232);
		return grey << 16 | grey << 8 | grey;
	}
	cube = (uint32_t)number - 16;
	return levels[cube / 36 % 6] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

/* The colors of such a cell in an image, 0xrrggbb; the terminal's own are those of svg.h. */
static void image_colors(short pair, attr_t attributes, uint32_t *ret_front, uint32_t *ret_back)
{
	uint32_t front = palette ? rgb(palette->front, SVG_FRONT) : SVG_FRONT;
	uint32_t back = palette ? rgb(palette->back, SVG_BACK) : SVG_BACK;
	bool reverse = attributes & A_REVERSE;

	if (palette && pair >= PAIR_COLOR)
		front =
		    rgb(palette->color_indexes[(pair - PAIR_COLOR) % palette->color_count], front);
	else if (palette && pair >= PAIR_STYLE)
		front = rgb(palette->styles[pair - PAIR_STYLE], front);
	*ret_front = reverse ? back : front;
	*ret_back = reverse ? front : back;
}

#ifdef __SANITIZE_ADDRESS__
/* ncurses keeps its color pairs in a tree by their colors, and leaks the node of a pair that
 * changes (init_pair(3x), as of 6.4): a few bytes for each change of theme. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:tsearch\n";
}
#endif

/* --- Beginning and end ------------------------------------------------------------------------ */

static struct {
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading from it repaints nothing */
	enum charset charset;
	cchar_t *cells; /* one row's */
	size_t capacity;
} ours;

/* What screen_rescue needs, prepared while memory and terminfo can be used. */
static struct {
	volatile bool armed;
	struct termios modes;
	char sequence[512];
	size_t length;
} rescue;

/* Adds the terminfo string @name without its padding ("$<5>"), which only old terminals need. */
static void rescue_add(const char *string)
{
	for (; string && *string && rescue.length < sizeof(rescue.sequence); string++) {
		if (string[0] == '$' && string[1] == '<') {
			const char *end = strchr(string, '>');

			if (!end)
				return;
			string = end;
			continue;
		}
		rescue.sequence[rescue.length++] = *string;
	}
}

/* The terminfo string @name; NULL where this terminal has none. */
static const char *terminal_string(const char *name)
{
	const char *string = tigetstr(name);

	return string == (const char *)-1 ? NULL : string;
}

/* Without an alternate screen, as on the console and the VT100, the last screen stays: later output
 * belongs below it. */
static bool screen_stays(void)
{
	return !terminal_string("rmcup");
}

static void rescue_prepare(void)
{
	static const char name[][8] = {"sgr0", "rmkx", "rmcup", "cnorm"};

	rescue.length = 0;
	if (terminal_string("kmous"))
		rescue_add("\033[?1006l\033[?1000l");
	for (size_t i = 0; i < array_len(name); i++)
		rescue_add(terminal_string(name[i]));
	/* However tall it is then: a cursor goes no lower than the last row. */
	if (screen_stays() && terminal_string("cup")) {
		rescue_add(tiparm(terminal_string("cup"), 998, 0));
		rescue_add("\r\n");
	}
	rescue.armed = true;
}

void screen_rescue(void)
{
	size_t sent = 0;

	if (!rescue.armed)
		return;
	rescue.armed = false;
	while (sent < rescue.length) {
		ssize_t n = write(STDOUT_FILENO, rescue.sequence + sent, rescue.length - sent);

		if (n <= 0 && errno != EINTR)
			break;
		sent += n > 0 ? (size_t)n : 0;
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
}

static int check_terminal(struct terminal *ret_terminal)
{
	int r;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fprintf(stderr, _("nsscope: the explorer needs a terminal; \"nsscope tree\" and "
		                  "\"nsscope lesson NAME --plain\" do not\n"));
		return -ENOTTY;
	}
	/* initscr(3x) and newterm(3x) end the program, or say nothing, so look first. */
	r = terminal_find(ret_terminal);
	if (r == -ENODATA)
		fprintf(stderr, _("nsscope: TERM is not set; try TERM=xterm\n"));
	if (r == -ENOENT) {
		struct line line;

		line_init(&line, CHARSET_ASCII);
		line_adds(&line, STYLE_PLAIN, getenv("TERM"));
		fprintf(stderr,
		    _("nsscope: no description of the terminal \"%s\" (TERM) is installed; try "
		      "TERM=xterm\n"),
		    line.text);
		line_done(&line);
	}
	if (r == -EINVAL)
		fprintf(stderr, _("nsscope: this terminal (TERM) can't place its cursor; \"nsscope "
		                  "tree\" needs no such thing\n"));
	return r < 0 ? -EINVAL : 0;
}

int screen_start(enum charset charset, enum theme theme)
{
	struct terminal terminal;
	int r = check_terminal(&terminal);

	if (r < 0)
		return r;
	if (tcgetattr(STDIN_FILENO, &rescue.modes) < 0)
		return -errno;
	ours.screen = newterm(terminal.carried, stdout, stdin);
	terminal_forget();
	if (!ours.screen) {
		fprintf(stderr, _("nsscope: curses can't use this terminal (TERM)\n"));
		return -EINVAL;
	}
	set_term(ours.screen);
	ours.charset = charset;
	rescue_prepare();
	cbreak();
	noecho();
	nonl();
	/* Else Ctrl-Z and Ctrl-C throw away what the terminal has not taken yet, which may be the
	 * second half of an escape sequence.  termios(3) NOFLSH */
	noqiflush();
	curs_set(0);
	set_escdelay(25);
	ours.keys = newpad(1, 1);
	keypad(ours.keys, TRUE);
	nodelay(ours.keys, TRUE);
	meta(ours.keys, TRUE);
	keys_define();
	mouseinterval(0);
	set_theme(theme);
	return 0;
}

/* Some terminals restore a saved cursor with the normal screen, so the cursor is shown again after
 * that. */
static void leave(void)
{
	const char *show = terminal_string("cnorm");

	curs_set(1);
	endwin(); /* leaves the cursor in the last row */
	if (show)
		putp(show);
	if (screen_stays())
		fputs("\r\n", stdout);
	fflush(stdout);
}

void screen_stop(void)
{
	if (!ours.screen)
		return;
	mousemask(0, NULL);
	leave();
	rescue.armed = false;
	delwin(ours.keys);
	delscreen(ours.screen);
	free(ours.cells);
	ours.screen = NULL;
	ours.keys = NULL;
	ours.cells = NULL;
	ours.capacity = 0;
}

void screen_suspend(void)
{
	def_prog_mode();
	leave();
}

void screen_resume(void)
{
	reset_prog_mode();
	screen_resize();
	screen_redraw();
}

void screen_size(int *ret_rows, int *ret_cols)
{
	*ret_rows = LINES;
	*ret_cols = COLS;
}

void screen_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return;
	if (is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
}

void screen_redraw(void)
{
	clearok(curscr, TRUE);
	touchwin(stdscr);
}

int screen_copy(const struct line *line)
{
	autofree char *sequence = osc52_sequence(line->text ? line->text : "", line->text_len);

	if (!sequence)
		return -EMSGSIZE;
	/* curses writes through the same stream. */
	fputs(sequence, stdout);
	fflush(stdout);
	return 0;
}

void screen_theme(enum theme theme)
{
	set_theme(theme);
	screen_redraw();
}

void screen_mouse(bool on)
{
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

/* --- Painting --------------------------------------------------------------------------------- */

/* The next character of @text, which is valid UTF-8: line.h has seen to that. */
static wchar_t decode(const char **text)
{
	utf8proc_int32_t c = 0;

	*text += utf8proc_iterate((const utf8proc_uint8_t *)*text, -1, &c);
	return (wchar_t)c;
}

/* Puts one cell of a line into curses' cells.  Returns how many it takes. curses measures with
 * wcwidth(3).  Where that differs from the model's width, a sign of the right width is shown, so
 * that later cells do not move. */
static size_t lay_cell(
    const char *text, const struct line_cell *cell, attr_t attributes, short pair, cchar_t *out)
{
	const char *end = text + cell->bytes;
	wchar_t glyph[CCHARW_MAX + 1] = {0};

	if ((unsigned char)text[0] >= 0x80) {
		size_t n = 0;

		while (text < end && n < CCHARW_MAX)
			glyph[n++] = decode(&text);
		if (wcwidth(glyph[0]) == cell->cols) {
			setcchar(out, glyph, attributes, pair, NULL);
			return 1;
		}
		for (size_t i = 0; i < cell->cols; i++)
			setcchar(&out[i], L"?", attributes, pair, NULL);
		return cell->cols;
	}
	if (cell->cols == 1) { /* combining marks may follow */
		for (size_t n = 0; text < end && n < CCHARW_MAX; n++)
			glyph[n] = decode(&text);
		setcchar(out, glyph, attributes, pair, NULL);
		return 1;
	}
	for (size_t i = 0; i < cell->cols; i++) {
		glyph[0] = i < cell->bytes ? (wchar_t)text[i] : L' ';
		setcchar(&out[i], glyph, attributes, pair, NULL);
	}
	return cell->cols;
}

void screen_line(const struct line *line, int y, int x, int cols, enum look look)
{
	int at = 0;
	size_t used = 0;
	attr_t attributes;
	short pair;
	cchar_t blank;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	if (cols > COLS - x)
		cols = COLS - x;
	if (cols <= 0)
		return;
	array_reserve(ours.cells, ours.capacity, (size_t)cols + 1);
	for (size_t i = 0; i < line->cell_count; i++) {
		const struct line_cell *cell = &line->cells[i];

		if (at + cell->cols > cols)
			break;
		style_cell(cell->style, cell->color_index, look, &attributes, &pair);
		used +=
		    lay_cell(line->text + cell->offset, cell, attributes, pair, ours.cells + used);
		at += cell->cols;
	}
	style_cell(STYLE_PLAIN, 0, look, &attributes, &pair);
	setcchar(&blank, L" ", attributes, pair, NULL);
	for (; at < cols; at++)
		ours.cells[used++] = blank;
	mvwadd_wchnstr(stdscr, y, x, ours.cells, (int)used);
}

void screen_blank(int y, int x, int rows, int cols)
{
	struct line empty;

	line_init(&empty, ours.charset);
	for (int i = 0; i < rows; i++)
		screen_line(&empty, y + i, x, cols, LOOK_PLAIN);
	line_done(&empty);
}

void screen_cursor(int y, int x, bool visible)
{
	curs_set(visible ? 1 : 0);
	wmove(stdscr, y < LINES ? y : LINES - 1, x < COLS ? x : COLS - 1);
}

void screen_flush(void)
{
	wrefresh(stdscr);
}

/* --- Keys and mouse --------------------------------------------------------------------------- */

static bool take_mouse(struct press *press)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	press->y = event.y;
	press->x = event.x;
	if (event.bstate & BUTTON4_PRESSED) {
		press->kind = PRESS_WHEEL;
		press->step = -1;
	} else if (event.bstate & BUTTON5_PRESSED) {
		press->kind = PRESS_WHEEL;
		press->step = 1;
	} else if (event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) {
		press->kind = PRESS_CLICK;
	} else {
		return false;
	}
	return true;
}

bool screen_press(struct press *ret_press)
{
	wint_t c;

	for (;;) {
		int r = wget_wch(ours.keys, &c);

		if (r == ERR)
			return false;
		struct press press = {.kind = PRESS_KEY, .key = (int)c};

		if (r == KEY_CODE_YES) {
			if (c == KEY_RESIZE)
				continue;
			press.key = KEY_FUNCTION | (int)c;
			if (c == KEY_MOUSE && !take_mouse(&press))
				continue;
		}
		*ret_press = press;
		return true;
	}
}

/* --- What is on the screen, read back --------------------------------------------------------- */

static struct svg_cell read_cell(int row, int col)
{
	struct svg_cell cell = {.cols = 1, .front = SVG_FRONT, .back = SVG_BACK};
	wchar_t glyph[CCHARW_MAX + 1] = {0};
	attr_t attributes = 0;
	short pair = 0;
	cchar_t curses;
	int width;

	if (mvwin_wch(stdscr, row, col, &curses) == ERR ||
	    getcchar(&curses, glyph, &attributes, &pair, NULL) == ERR)
		return cell;
	for (size_t i = 0; i < array_len(cell.points) && i < CCHARW_MAX && glyph[i]; i++)
		cell.points[i] = (uint32_t)glyph[i];
	width = glyph[0] ? wcwidth(glyph[0]) : 1;
	cell.cols = (uint8_t)(width == 2 ? 2 : 1);
	cell.bold = attributes & A_BOLD;
	cell.underline = attributes & A_UNDERLINE;
	image_colors(pair, attributes, &cell.front, &cell.back);
	return cell;
}

static void read_row(int row, struct svg_cell *cells)
{
	for (int col = 0; col < COLS; col++) {
		cells[col] = read_cell(row, col);
		/* curses gives the second half of a wide character as that character again. */
		if (cells[col].cols == 2 && col + 1 < COLS) {
			cells[col + 1] = cells[col];
			cells[++col].cols = 0;
		}
	}
}

static void put_cell(const struct svg_cell *cell, FILE *out)
{
	utf8proc_uint8_t bytes[4] = {0};

	for (size_t i = 0; i < array_len(cell->points) && cell->points[i]; i++)
		fwrite(bytes, 1,
		    (size_t)utf8proc_encode_char((utf8proc_int32_t)cell->points[i], bytes), out);
}

static bool is_blank(const struct svg_cell *cell)
{
	return cell->points[0] == 0 || cell->points[0] == ' ';
}

void screen_write_text(FILE *out)
{
	autofree struct svg_cell *cells = xcalloc((size_t)COLS + 1, sizeof(*cells));

	for (int row = 0; row < LINES; row++) {
		int end = COLS;

		read_row(row, cells);
		while (end > 0 && is_blank(&cells[end - 1]) && cells[end - 1].cols > 0)
			end--;
		for (int col = 0; col < end; col++) {
			if (cells[col].cols > 0)
				put_cell(&cells[col], out);
		}
		fputc('\n', out);
	}
}

void screen_write_svg(FILE *out)
{
	autofree struct svg_cell *cells = xcalloc((size_t)COLS + 1, sizeof(*cells));
	uint32_t front, back;

	image_colors(0, A_NORMAL, &front, &back);
	svg_begin(out, LINES, COLS, "nsscope", back);
	for (int row = 0; row < LINES; row++) {
		read_row(row, cells);
		svg_row(out, row, cells, COLS, back);
	}
	svg_end(out);
}
