using System.Text;
using Gatehouse.Administration;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Stores;
using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Secrets;

/// <summary>Writes the entries of acts of commands beside the gateway, and removes their files.</summary>
/// <param name="stateFolder">The state folder.</param>
/// <param name="journal">The journal.</param>
/// <param name="log">Receives what cannot be read.</param>
internal sealed class CommandActs(string stateFolder, IAdministrationJournal journal, ILogger log)
{
    private const int MostBytes = 1024;
    private const string Unreadable = "secret.unreadable";

    private static readonly HashSet<string> Acts = ["secret.set", "secret.remove", "secret.rotate"];
    private static readonly HashSet<string> Outcomes = ["done", "refused"];

    /// <summary>
    /// Records what waits, the oldest first. What a command still works on, and what the log does not take now, is recorded later. After a crash
    /// between the entry and the removal there is a second entry with the same <c>change</c>.
    /// </summary>
    public async Task RecordAsync()
    {
        try
        {
            var folder = StateFiles.CommandActs(stateFolder);
            if (!Directory.Exists(folder)) return;
            foreach (var path in Directory.EnumerateFiles(folder).Take(CommandAct.Most).Order(StringComparer.Ordinal).ToList())
            {
                if (!await TryRecordAsync(path).ConfigureAwait(false)) return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GuardedTimer.Report(log, "acts of commands", e);
        }
    }

    private async Task<bool> TryRecordAsync(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return true; // a command works on it, or another run has it
        }

        await using (file.ConfigureAwait(false))
        {
            var bytes = new byte[MostBytes];
            var read = await file.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false).ConfigureAwait(false);
            var (act, facts) = Read(Encoding.UTF8.GetString(bytes, 0, read));
            if (!await journal.NoteDurableAsync(act, [.. facts, ("change", Path.GetFileName(path))]).ConfigureAwait(false)) return false;
            File.Delete(path);
            return true;
        }
    }

    // A file that no command wrote has nothing of it in the entry.
    private static (string Act, (string Name, string Value)[] Facts) Read(string text)
    {
        var lines = text.Split('\n');
        return lines[0].Split('\t') is [var act, var target, var at, var process, var account] && Acts.Contains(act) && lines.Length > 1
            ? (act, [("outcome", Outcomes.Contains(lines[1]) ? lines[1] : "unknown"), ("target", target), ("since", at), ("process", process),
                ("account", account)])
            : (Unreadable, [("outcome", "unknown")]);
    }
}
