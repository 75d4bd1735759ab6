using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A wrapped server as its client has it: a process with three streams.</summary>
internal sealed class WrappedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly Task<string> errors;

    public WrappedProcess(ProcessStartInfo info)
    {
        process = Process.Start(info)!;
        errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => process.Id;

    public Task<string> Errors => errors.WaitAsync(Patience);

    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The answer to the request with the id; what else is said before it is passed over.</summary>
    public async Task<JsonElement> AnswerAsync(int id)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            var message = JsonDocument.Parse(line).RootElement;
            if (message.TryGetProperty("id", out var answered) && answered.ValueKind == JsonValueKind.Number && answered.GetInt32() == id
                && !message.TryGetProperty("method", out _)) return message;
        }

        throw new InvalidOperationException($"no answer to {id}: {await Errors}");
    }

    /// <summary>All answers until the one with the id.</summary>
    public async Task<IReadOnlyList<JsonElement>> AnswersUntilAsync(int last)
    {
        var answers = new List<JsonElement>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            var message = JsonDocument.Parse(line).RootElement;
            if (message.TryGetProperty("method", out _)) continue;
            answers.Add(message);
            if (message.GetProperty("id").GetInt32() == last) break;
        }

        return answers;
    }

    public async Task<JsonElement> CallAsync(int id, string method, string parameters)
    {
        await SayAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}} }""");
        return await AnswerAsync(id);
    }

    public Task<JsonElement> ToolAsync(int id, string tool, string arguments = "{}") =>
        CallAsync(id, "tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}} }""");

    public async Task InitializeAsync()
    {
        var answer = await CallAsync(1, "initialize",
            """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""");
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
        await SayAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
    }

    /// <summary>Closes its input and waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
