using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.Range.Servers;

/// <summary>
/// What happens on a machine when a folder is opened in clients that obey the settings in it: servers start that the folder itself
/// has approved, and so do its tasks.
/// </summary>
internal static class ObedientClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens the folder; <paramref name="known"/> names servers that the person approved herself.</summary>
    public static async Task OpenAsync(string folder, params string[] known)
    {
        var all = Read(folder, ".claude/settings.json") is { } settings
            && settings.TryGetProperty("enableAllProjectMcpServers", out var every) && every.ValueKind == JsonValueKind.True;
        if (Read(folder, ".mcp.json") is { } shared)
        {
            foreach (var server in shared.GetProperty("mcpServers").EnumerateObject().Where(server => all || known.Contains(server.Name)))
                await StartAsync(folder, server.Value).ConfigureAwait(false);
        }

        if (Read(folder, ".gemini/settings.json") is { } trusted)
        {
            foreach (var server in trusted.GetProperty("mcpServers").EnumerateObject()
                .Where(server => server.Value.TryGetProperty("trust", out var trust) && trust.ValueKind == JsonValueKind.True))
                await StartAsync(folder, server.Value).ConfigureAwait(false);
        }

        if (Read(folder, ".vscode/tasks.json") is not { } tasks) return;
        foreach (var task in tasks.GetProperty("tasks").EnumerateArray()
            .Where(task => task.TryGetProperty("runOptions", out var when) && when.GetProperty("runOn").ValueEquals("folderOpen")))
            await StartAsync(folder, task).ConfigureAwait(false);
    }

    /// <summary>Starts a command in the folder and waits until it has ended.</summary>
    public static async Task StartAsync(string folder, IEnumerable<string> commandLine)
    {
        var start = new ProcessStartInfo(commandLine.First(), commandLine.Skip(1))
        { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the command did not start");
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Task StartAsync(string folder, JsonElement entry) =>
        StartAsync(folder, entry.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)
            .Prepend(entry.GetProperty("command").GetString()!));

    private static JsonElement? Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? JsonElement.Parse(File.ReadAllBytes(path)) : null;
    }
}
