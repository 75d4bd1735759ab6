using System.Security.Cryptography;

namespace Gatehouse.Pipeline.Lists;

/// <summary>The part of a list that one caller sees, and a digest of that part: it reveals nothing about hidden entries.</summary>
public sealed class VisibleList
{
    /// <summary>Bytes of <see cref="Version"/>.</summary>
    public const int VersionBytes = 16;

    private const int DigestBytes = 32;

    private VisibleList(ServerList list, IReadOnlyList<ListEntry> entries, ReadOnlyMemory<byte> version)
    {
        List = list;
        Entries = entries;
        Version = version;
    }

    /// <summary>The whole list.</summary>
    public ServerList List { get; }

    /// <summary>The entries that exist for the caller, in the server's order.</summary>
    public IReadOnlyList<ListEntry> Entries { get; }

    /// <summary>Digest of the visible entries.</summary>
    public ReadOnlyMemory<byte> Version { get; }

    /// <summary>Number of entries that are hidden from the caller.</summary>
    public int Hidden => List.Entries.Count - Entries.Count;

    /// <summary>Returns the list as the predicate shows it.</summary>
    public static VisibleList Of(ServerList list, Func<ListEntry, bool> shows)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(shows);
        var entries = new List<ListEntry>(list.Entries.Count);
        var digests = new byte[list.Entries.Count * DigestBytes];
        foreach (var entry in list.Entries)
        {
            if (!shows(entry)) continue;
            entry.Digest.Span.CopyTo(digests.AsSpan(entries.Count * DigestBytes));
            entries.Add(entry);
        }

        return new VisibleList(list, entries, SHA256.HashData(digests.AsSpan(0, entries.Count * DigestBytes)).AsMemory(0, VersionBytes));
    }
}
