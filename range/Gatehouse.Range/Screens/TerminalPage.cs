using System.Text;

namespace Gatehouse.Range.Screens;

/// <summary>The cells of one screen, and the lines that scrolled out above it.</summary>
internal sealed class TerminalPage(int columns, int rows)
{
    private readonly List<string> above = [];
    private readonly List<Rune[]> lines = [.. Enumerable.Range(0, rows).Select(_ => Blank(columns))];
    private int row;
    private int column;

    /// <summary>The line of the cursor; it does not leave the screen.</summary>
    public int Row
    {
        get => row;
        set => row = Math.Clamp(value, 0, rows - 1);
    }

    /// <summary>The column of the cursor; it does not leave the screen.</summary>
    public int Column
    {
        get => Math.Min(column, columns - 1);
        set => column = Math.Clamp(value, 0, columns - 1);
    }

    /// <summary>What is seen, above and on the screen, without blank ends.</summary>
    public string Text => string.Join('\n', above.Concat(lines.Select(Of))).TrimEnd();

    /// <summary>Writes a character where the cursor stands; beyond the last column it goes to the next line.</summary>
    public void Put(Rune rune)
    {
        if (column >= columns) NextLine();
        lines[row][column++] = rune;
    }

    /// <summary>To the beginning of the next line; the screen scrolls at its end.</summary>
    public void NextLine()
    {
        column = 0;
        if (row < rows - 1)
        {
            row++;
            return;
        }

        above.Add(Of(lines[0]));
        Delete(0, 1);
    }

    /// <summary>Erases from the cursor to the end (0), to the cursor (1), all (2), or what scrolled out (3).</summary>
    public void EraseScreen(int what)
    {
        var here = row * columns + Column;
        if (what == 3) above.Clear();
        else Clear(what == 0 ? here : 0, what == 1 ? here + 1 : int.MaxValue);
    }

    /// <summary>Erases in the line of the cursor: to the end (0), to the cursor (1), all (2).</summary>
    public void EraseLine(int what)
    {
        var start = row * columns;
        Clear(what == 0 ? start + Column : start, what == 1 ? start + Column + 1 : start + columns);
    }

    /// <summary>Blanks cells by number.</summary>
    public void Clear(int from, int to)
    {
        for (var cell = from; cell < Math.Min(to, rows * columns); cell++) lines[cell / columns][cell % columns] = new Rune(' ');
    }

    /// <summary>Inserts blank lines; as many leave at the end.</summary>
    public void Insert(int at, int count)
    {
        for (var i = 0; i < Math.Min(count, rows); i++)
        {
            lines.RemoveAt(rows - 1);
            lines.Insert(at, Blank(columns));
        }
    }

    /// <summary>Deletes lines; as many blank ones come at the end.</summary>
    public void Delete(int at, int count)
    {
        for (var i = 0; i < Math.Min(count, rows); i++)
        {
            lines.RemoveAt(at);
            lines.Add(Blank(columns));
        }
    }

    private static Rune[] Blank(int columns) => [.. Enumerable.Repeat(new Rune(' '), columns)];

    private static string Of(Rune[] line) => string.Concat(line.Select(rune => rune.ToString())).TrimEnd();
}
