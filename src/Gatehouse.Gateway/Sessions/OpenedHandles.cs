using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// The sessions of this process by a digest of their handles: a handle that comes again costs a look-up in place of its opening. It holds no handle,
/// and as many digests as there are sessions.
/// </summary>
/// <remarks>
/// Threat: a caller presents the handle of another (ST-01). A session is found only for the owner that its handle is sealed for: issuer, subject,
/// client and server. For every other caller the handle is opened, and fails as a random string does. A handle whose key was taken out of the ring
/// must not open either, so that a handle counts only until the ring changes. Safe for concurrent use.
/// </remarks>
internal sealed class OpenedHandles(KeyRing keys)
{
    private readonly ConcurrentDictionary<UInt128, (SessionEntry Entry, long Ring)> entries = new();

    /// <summary>The number of handles that are known.</summary>
    public int Count => entries.Count;

    /// <summary>Returns the session of a handle that its owner used before; null where the handle has to be opened.</summary>
    public SessionEntry? Find(string handle, VerifiedToken caller, string server)
    {
        if (DigestOf(handle) is not { } digest || !entries.TryGetValue(digest, out var known)) return null;
        return known.Ring == keys.Changes && IsOf(known.Entry, caller, server) ? known.Entry : null;
    }

    /// <summary>Adds the handle of a session, which its owner has just used.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="entry">The session.</param>
    /// <param name="ring"><see cref="KeyRing.Changes"/> from before the handle was opened.</param>
    public void Add(string handle, SessionEntry entry, long ring)
    {
        if (DigestOf(handle) is not { } digest) return;
        entry.Handle = digest;
        entries[digest] = (entry, ring);
    }

    /// <summary>Removes the handle of a session that has ended.</summary>
    public void Remove(SessionEntry entry)
    {
        if (entry.Handle is { } digest) entries.TryRemove(digest, out _);
    }

    private static bool IsOf(SessionEntry entry, VerifiedToken caller, string server) =>
        entry.Issuer == caller.Issuer && entry.Subject == caller.Subject
        && (entry.ClientId ?? "") == (caller.ClientId ?? "") && entry.Server == server;

    // A text that is no handle has no digest.
    private static UInt128? DigestOf(string handle)
    {
        Span<byte> bytes = stackalloc byte[SessionTable.MaxHandle];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (handle.Length > bytes.Length || !Ascii.IsValid(handle)) return null;
        Encoding.ASCII.GetBytes(handle, bytes);
        SHA256.HashData(bytes[..handle.Length], digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }
}
