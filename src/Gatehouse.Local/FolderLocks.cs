using System.Runtime.CompilerServices;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Settings;

namespace Gatehouse.Local;

/// <summary>
/// The lock in the folder where a wrapper was started, as a repository brings it. No configuration names it, so it only withholds. It is read once
/// for each wrapped server, when it is asked for first.
/// </summary>
internal static class FolderLocks
{
    private const string Name = "gatehouse.lock";

    private static readonly ConditionalWeakTable<ServerSettings, Found> Known = [];

    /// <summary>Returns the lock, or null when the folder has none. A faulty one names the server and approves nothing.</summary>
    public static LockFile? Of(ServerSettings server) => Known.GetValue(server, static one => new Found(Read(one))).Lock;

    private static LockFile? Read(ServerSettings server)
    {
        if (server.Stdio?.WorkingDirectory is not { Length: > 0 } folder) return null;
        var path = Path.Join(folder, Name);
        if (!File.Exists(path)) return null;
        return LockLoader.ReadFile(path, new FaultList()) ?? new LockFile([new LockedServer(server.Name, ServerIdentities.Of(server).Source, [])]);
    }

    private sealed record Found(LockFile? Lock);
}
