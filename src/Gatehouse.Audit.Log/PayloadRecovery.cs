using System.Text;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Handles at a start the payloads that never got their name: the process ended between a payload and its entry, or between the entry and
/// the name. The journal still has every such entry, because no part of it is deleted before the names are on stable storage.
/// </summary>
internal sealed class PayloadRecovery(ILogFolder folder, string log)
{
    private readonly HashSet<string> pending =
        [.. folder.Files($"{log}/{LogLayout.NewPayloads}").Select(file => file.Name).Where(LogLayout.IsDigest)];

    private static ReadOnlySpan<byte> Member => "\"payload\":\"sha256:"u8;

    /// <summary>Payloads without an entry, which <see cref="End"/> deleted.</summary>
    public int Unnamed { get; private set; }

    /// <summary>An entry of the journal. Quotes within texts of an entry are escaped, so that no text of a caller looks like the member.</summary>
    public void Seen(ReadOnlySpan<byte> entry)
    {
        if (pending.Count == 0) return;
        var at = entry.IndexOf(Member);
        if (at < 0 || entry.Length < at + Member.Length + LogLayout.DigestDigits) return;
        var digest = Encoding.ASCII.GetString(entry.Slice(at + Member.Length, LogLayout.DigestDigits));
        if (pending.Remove(digest)) folder.Move($"{log}/{LogLayout.NewPayload(digest)}", $"{log}/{LogLayout.Payload(digest)}");
    }

    /// <summary>The whole journal was read.</summary>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    public void End()
    {
        foreach (var digest in pending) folder.Delete($"{log}/{LogLayout.NewPayload(digest)}");
        Unnamed = pending.Count;
        pending.Clear();
    }
}
