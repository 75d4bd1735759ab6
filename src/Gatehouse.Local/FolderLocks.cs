using System.Runtime.CompilerServices;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Local;

/// <summary>
/// The lock in the folder where a wrapper was started, as a repository brings it. No configuration names it, so it only withholds. It is read once
/// for each wrapped server, when it is asked for first.
/// </summary>
internal static class FolderLocks
{
    private const string Name = "gatehouse.lock";

    private const int LongestFault = 400;

    private static readonly ConditionalWeakTable<ServerSettings, Found> Known = [];

    /// <summary>Returns the lock, or null when the folder has none. A faulty one names the server and approves nothing.</summary>
    public static LockFile? Of(ServerSettings server) => Known.GetValue(server, Read).Lock;

    /// <summary>
    /// Returns the sentence about a lock that cannot be used, for the person at the client: everything of the server is withheld, and nothing else
    /// says why. Empty for a good one, and for none. Text of the file in it is made visible.
    /// </summary>
    public static string NoteOn(ServerSettings server) => Known.GetValue(server, Read).Note;

    private static Found Read(ServerSettings server)
    {
        if (server.Stdio?.WorkingDirectory is not { Length: > 0 } folder) return Found.None;
        var path = Path.Join(folder, Name);
        if (!File.Exists(path)) return Found.None;
        var faults = new FaultList();
        if (LockLoader.ReadFile(path, faults) is { } good) return new Found(good, "");
        var why = faults.ToList() is [var fault, ..] ? $"{fault.Path} {fault.Message}".Trim() : "it cannot be read";
        return new Found(new LockFile([new LockedServer(server.Name, ServerIdentities.Of(server).Source, [])]),
            $"{VisibleText.Escape(path)} cannot be used ({VisibleText.Bounded(why, LongestFault)}), so every definition of server "
                + $"{VisibleText.Escape(server.Name)} is withheld. Repair or remove the file, then start the server again. An approval at the host does not "
                + "help while the file is faulty");
    }

    private sealed record Found(LockFile? Lock, string Note)
    {
        public static Found None { get; } = new(null, "");
    }
}
