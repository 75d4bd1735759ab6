using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Protocol.Tests;

/// <summary>A long-lived reader of another language, fed with lines; it answers one line for each line it sees.</summary>
internal sealed class ChildReader : IDisposable
{
    private readonly Process process;
    private int answered;

    private ChildReader(Process process) => this.process = process;

    /// <summary>Starts the reader, or skips the test where its program is missing.</summary>
    public static ChildReader Start(string program, string script, string remedy)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Readers", script));
        try
        {
            return new ChildReader(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed: {remedy}");
            throw;
        }
    }

    /// <summary>Sends messages as lines and gives what the child understood of each.</summary>
    public async Task<string[]> ReadAsync(IReadOnlyList<ValidatedMessage> messages)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
            LineFraming.Write(lines, message);
        // The child answers while it still reads: both pipes move at once, or they would fill up.
        var sending = Send(lines.WrittenMemory);
        var answers = new string[messages.Count];
        for (var at = 0; at < answers.Length; at++)
            answers[at] = Numbered(await process.StandardOutput.ReadLineAsync());
        await sending;
        return answers;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            process.Kill();
        process.Dispose();
    }

    private async Task Send(ReadOnlyMemory<byte> lines)
    {
        await process.StandardInput.BaseStream.WriteAsync(lines);
        await process.StandardInput.BaseStream.FlushAsync();
    }

    // The number shows that one line was one message: a line break inside a message would shift all answers after it.
    private string Numbered(string? answer)
    {
        var prefix = $"{answered++} ";
        Assert.StartsWith(prefix, answer, StringComparison.Ordinal);
        return answer![prefix.Length..];
    }
}
