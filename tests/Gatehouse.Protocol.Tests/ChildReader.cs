using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Protocol.Tests;

/// <summary>A long-lived reader of another language, fed with lines; it answers one line for each line it sees.</summary>
internal sealed class ChildReader : IDisposable
{
    private readonly Process process;
    private int answered;

    private ChildReader(Process process) => this.process = process;

    /// <summary>Starts the reader, or skips the test where its program is missing.</summary>
    public static ChildReader Start(string program, string script, string remedy, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Readers", script));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
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
    public Task<string[]> ReadAsync(IReadOnlyList<ValidatedMessage> messages)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
            LineFraming.Write(lines, message);
        return AnswersAsync(lines.WrittenMemory, messages.Count);
    }

    /// <summary>Sends lines and gives the answer to each.</summary>
    public Task<string[]> AskAsync(IReadOnlyList<string> lines) =>
        AnswersAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), lines.Count);

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            process.Kill();
        process.Dispose();
    }

    // The child answers while it still reads: both pipes move at once, or they would fill up.
    private async Task<string[]> AnswersAsync(ReadOnlyMemory<byte> lines, int count)
    {
        var sending = Send(lines);
        var answers = new string[count];
        for (var at = 0; at < answers.Length; at++)
            answers[at] = Numbered(await process.StandardOutput.ReadLineAsync());
        await sending;
        return answers;
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
