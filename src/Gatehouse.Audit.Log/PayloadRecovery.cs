using System.Text;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Finds at a start the payloads that never got their name: the process ended between a payload and its entry, or between the entry and
/// the name. The journal still has every such entry, because no part of it is deleted before the names are on stable storage. Nothing is changed
/// here.
/// </summary>
internal sealed class PayloadRecovery(ILogFolder folder, string log)
{
    private readonly HashSet<string> pending =
        [.. folder.Files($"{log}/{LogLayout.NewPayloads}").Select(file => file.Name).Where(LogLayout.IsDigest)];

    private readonly List<string> named = [];
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);

    private static ReadOnlySpan<byte> Member => "\"payload\":\"sha256:"u8;

    /// <summary>Digests of payloads whose entry is in the journal.</summary>
    public IReadOnlyCollection<string> Named => named;

    /// <summary>
    /// Digests of payloads that an entry names and that have their name already. Whether the name is on stable storage is not known: their process
    /// may have been killed before it was.
    /// </summary>
    public IReadOnlyCollection<string> Settled => settled;

    /// <summary>Digests of payloads without an entry. Asked for after the whole journal was read.</summary>
    public IReadOnlyCollection<string> Unnamed => pending;

    /// <summary>Takes an entry of the journal. Quotes within its texts are escaped, so that no text of a caller looks like the member.</summary>
    public void Seen(ReadOnlySpan<byte> entry)
    {
        var at = entry.IndexOf(Member);
        if (at < 0 || entry.Length < at + Member.Length + LogLayout.DigestDigits) return;
        var digest = Encoding.ASCII.GetString(entry.Slice(at + Member.Length, LogLayout.DigestDigits));
        if (pending.Remove(digest)) named.Add(digest);
        else settled.Add(digest);
    }
}
