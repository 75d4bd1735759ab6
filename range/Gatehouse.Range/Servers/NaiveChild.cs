using System.Diagnostics;
using System.Text;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A stdio server run the naive way: one process for everybody, one request after the other, bytes written as they came, the
/// next line taken for the answer however long it is, and the process left to end by itself.
/// </summary>
internal sealed class NaiveChild : IAsyncDisposable
{
    private readonly Process process;
    private readonly int mostInLine;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Starts the process.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="mostInLine">Longer lines are dropped; by default none is.</param>
    public NaiveChild(IReadOnlyList<string> command, int mostInLine = int.MaxValue)
    {
        this.mostInLine = mostInLine;
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
    }

    /// <summary>Sends a message and returns the next line; null when none is expected or the process is gone.</summary>
    public async Task<string?> AskAsync(ReadOnlyMemory<byte> message, bool expectsAnswer)
    {
        await turn.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            var input = process.StandardInput.BaseStream;
            await input.WriteAsync(message, stopping.Token).ConfigureAwait(false);
            await input.WriteAsync("\n"u8.ToArray(), stopping.Token).ConfigureAwait(false);
            await input.FlushAsync(stopping.Token).ConfigureAwait(false);
            while (expectsAnswer)
            {
                var line = await process.StandardOutput.ReadLineAsync(stopping.Token).ConfigureAwait(false);
                if (line is null || line.Length <= mostInLine) return line;
            }

            return null;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Closes its input and hopes.</summary>
    public void CloseInput() => process.StandardInput.Close();

    // What the naive way leaves behind is ended here, after the judgement: the range leaves no process.
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
        stopping.Dispose();
    }
}
