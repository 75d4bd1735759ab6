using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>
/// One line on stderr that names the work under way, rewritten in its place. It appears after a second, only on a terminal, and is removed
/// when the work ends or something else is written: a pipe or a file never holds it.
/// </summary>
internal sealed class Progress : IAsyncDisposable
{
    private const int MostColumns = 78;
    private const string Ellipsis = "...";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time;
    private readonly Action<string> write;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly long began;
    private readonly Task drawing;
    private string work;
    private bool isShown;

    /// <summary>Starts the line on a terminal and a clock.</summary>
    internal Progress(string work, bool isTerminal, TimeProvider time, Action<string> write)
    {
        this.work = VisibleText.Escape(work);
        this.time = time;
        this.write = write;
        began = time.GetTimestamp();
        drawing = isTerminal ? DrawAsync() : Task.CompletedTask;
    }

    /// <summary>Starts the line.</summary>
    /// <param name="work">The work, such as <c>listing server tickets</c>; it may hold outside text.</param>
    public static Progress Of(string work) =>
        new(work, Terminal.CanRedraw, TimeProvider.System, Terminal.Redraw);

    /// <summary>Names the next part of the work.</summary>
    public void Continue(string next)
    {
        lock (gate) work = VisibleText.Escape(next);
    }

    /// <summary>Runs something that writes to the terminal, without the line.</summary>
    public void Without(Action action)
    {
        lock (gate)
        {
            Clear();
            action();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await drawing.ConfigureAwait(false);
        lock (gate) Clear();
        ended.Dispose();
    }

    private async Task DrawAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(Every, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCancellationRequested) Draw();
        }
    }

    private void Draw()
    {
        var elapsed = time.GetElapsedTime(began);
        if (elapsed < Quiet) return;
        lock (gate)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{work} ({(int)elapsed.TotalSeconds} s)");
            write($"\r\u001b[K{Fitted(line)}");
            isShown = true;
        }
    }

    // A line that is wider than the terminal continues in the next row, where no later line removes the first one.
    private static string Fitted(string line)
    {
        var (columns, kept) = (0, 0);
        for (var at = 0; at < line.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(line, at);
            columns += ColumnsOf(line.AsSpan(at, length));
            if (columns > MostColumns) return string.Concat(line.AsSpan(0, kept), Ellipsis);
            at += length;
            if (columns <= MostColumns - Ellipsis.Length) kept = at;
        }

        return line;
    }

    // Terminals differ in the width of what is not ASCII. None gives a character more than two columns.
    private static int ColumnsOf(ReadOnlySpan<char> element)
    {
        var columns = 0;
        foreach (var rune in element.EnumerateRunes()) columns += rune.IsAscii ? 1 : 2;
        return columns;
    }

    private void Clear()
    {
        if (isShown) write("\r\u001b[K");
        isShown = false;
    }
}
