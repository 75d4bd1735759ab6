using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// The sessions of this process by a digest of their handles: a handle that comes again costs a look-up in place of its opening. It holds no handle,
/// and one digest for each session.
/// </summary>
/// <remarks>
/// Threat: a caller presents the handle of another (ST-01). A session is found only for the owner that its handle is sealed for: issuer, subject,
/// client and server. For every other caller the handle is opened, and fails as a random string does. A handle is opened again after the key ring
/// changed, because its key may be gone. 128 bits of the digest suffice: a text with the digest of a handle is of use only to the owner of that
/// handle. Safe for concurrent use.
/// </remarks>
internal sealed class OpenedHandles(KeyRing keys)
{
    private readonly ConcurrentDictionary<UInt128, (SessionEntry Entry, long Generation)> entries = new();
    private readonly Lock changing = new();

    /// <summary>The number of digests.</summary>
    public int Count => entries.Count;

    /// <summary>Returns the session of a handle that its owner used before; null where the handle has to be opened.</summary>
    public SessionEntry? Find(string handle, VerifiedToken caller, string server)
    {
        if (DigestOf(handle) is not { } digest || !entries.TryGetValue(digest, out var known)) return null;
        return known.Generation == keys.Generation && IsOf(known.Entry, caller, server) ? known.Entry : null;
    }

    /// <summary>Remembers the handle of a session, which its owner has just used. It replaces an earlier one of the session.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="entry">The session.</param>
    /// <param name="generation"><see cref="KeyRing.Generation"/> from before the handle was opened.</param>
    public void Add(string handle, SessionEntry entry, long generation)
    {
        if (DigestOf(handle) is not { } digest) return;
        lock (changing)
        {
            if (entry.HandleDigest is { } earlier) entries.TryRemove(earlier, out _);
            entry.HandleDigest = digest;
            entries[digest] = (entry, generation);
        }
    }

    /// <summary>Forgets the handle of a session that has ended.</summary>
    public void Remove(SessionEntry entry)
    {
        lock (changing)
        {
            if (entry.HandleDigest is { } digest) entries.TryRemove(digest, out _);
            entry.HandleDigest = null;
        }
    }

    private static bool IsOf(SessionEntry entry, VerifiedToken caller, string server) =>
        entry.Issuer == caller.Issuer && entry.Subject == caller.Subject && (entry.ClientId ?? "") == (caller.ClientId ?? "")
        && entry.Server == server;

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
