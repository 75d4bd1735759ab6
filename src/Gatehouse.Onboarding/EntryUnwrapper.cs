using System.Text;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>
/// The removal of a launcher from an entry. Where the written bytes are still there they are removed exactly. Where a client wrote the file again in
/// another layout, the same values are removed from its text.
/// </summary>
internal sealed class EntryUnwrapper(byte[] file, TreeChange change)
{
    /// <summary>Returns the edit, or the reason why the entry is left as it is.</summary>
    public EntryEdit? Unwrap(ConfigEntryLocation site, WrapRecord record, out string? reason)
    {
        reason = "the entry was changed after it was wrapped, so it is not edited; to undo it by hand, let it start what is behind its first '--': "
            + record.Program;
        if (!IsAsWritten(site, record)) return null;
        var splices = new List<ByteSplice>();
        if (record.Splice("command") is { } named)
        {
            splices.Add(new ByteSplice(site.Command.Value.Range!.Value, Encoding.UTF8.GetBytes(named.Old)));
            change.Replace(site.Command.Value, new ConfigNode(ConfigNodeKind.Text, 0, -1, record.Program, isQuoted: named.Old is ['"' or '\'', ..]));
        }

        if (TakeOut(site, record) is not { } taken) return null;
        splices.Add(taken);
        reason = null;
        return new EntryEdit(splices, []);
    }

    /// <summary>Returns whether the entry still begins with the inserted values.</summary>
    public static bool IsAsWritten(ConfigEntryLocation site, WrapRecord record)
    {
        var list = site.List;
        if (list is not { Kind: ConfigNodeKind.List, Range: not null } || list.Items.Count < record.Inserted.Count
            || site.Command.Value.Range is null) return false;
        if (list.Items.Any(item => item.Kind != ConfigNodeKind.Text)) return false;
        var isNamed = record.Splice("command") is not null;
        if (isNamed != (site.Command.Value.Kind == ConfigNodeKind.Text) || (isNamed && site.Command.Value.Text != record.Launcher)) return false;
        return record.Inserted.SequenceEqual(list.Items.Take(record.Inserted.Count).Select(item => item.Text), StringComparer.Ordinal);
    }

    private ByteSplice? TakeOut(ConfigEntryLocation site, WrapRecord record)
    {
        var list = site.List!;
        if (record.Splice("member") is { } member && list.Items.Count == record.Inserted.Count)
            return TakeMember(site, Encoding.UTF8.GetBytes(member.New));
        var shorter = new ConfigNode(ConfigNodeKind.List, 0, -1);
        foreach (var item in list.Items.Skip(record.Inserted.Count)) shorter.Add(item);
        change.Replace(list, shorter);
        return Exactly(list, record.Splice("items")?.New)
            ?? (list.IsBlock ? TakeDashes(list, record.Inserted.Count) : TakeItems(list, record.Inserted.Count));
    }

    private ByteSplice? Exactly(ConfigNode list, string? written)
    {
        if (written is null) return null;
        var bytes = Encoding.UTF8.GetBytes(written);
        var start = list.IsBlock ? list.Range!.Value.Start : list.Items[0].Range?.Start ?? -1;
        return start >= 0 && file.AsSpan(start).StartsWith(bytes) ? new ByteSplice(new ByteRange(start, start + bytes.Length), []) : null;
    }

    private ByteSplice? TakeMember(ConfigEntryLocation site, byte[] written)
    {
        var end = site.Command.Value.Range!.Value.End;
        var list = site.Arguments!;
        if (file.AsSpan(end).StartsWith(written) && end + written.Length == list.Value.Range!.Value.End)
        {
            change.Remove(list.Value);
            return new ByteSplice(new ByteRange(end, end + written.Length), []);
        }

        // The client wrote the file again: the list stays, empty, which means the same to a client as none.
        change.Replace(list.Value, new ConfigNode(ConfigNodeKind.List, 0, -1));
        return list.Value.IsBlock ? null : TakeItems(list.Value, list.Value.Items.Count);
    }

    private ByteSplice? TakeItems(ConfigNode list, int count)
    {
        var range = list.Range!.Value;
        if (list.Items.Take(count + 1).Any(item => item.Range is null)) return null;
        var start = list.Items[0].Range!.Value.Start;
        if (count < list.Items.Count) return new ByteSplice(new ByteRange(start, list.Items[count].Range!.Value.Start), []);
        var inner = new ByteRange(range.Start + 1, range.End - 1);
        // A comment among the items belongs to its author. Only the items themselves and their separators are removed.
        return OnlyItems(list, inner) ? new ByteSplice(inner, []) : null;
    }

    private bool OnlyItems(ConfigNode list, ByteRange inner)
    {
        var at = inner.Start;
        foreach (var item in list.Items.Select(item => item.Range!.Value).Append(new ByteRange(inner.End, inner.End)))
        {
            if (file.AsSpan(at..item.Start).IndexOfAnyExcept(" \t\r\n,"u8) >= 0) return false;
            at = item.End;
        }

        return true;
    }

    private ByteSplice? TakeDashes(ConfigNode list, int count)
    {
        if (count >= list.Items.Count || list.Items[count].Range is not { } first) return null;
        var dash = first.Start;
        while (dash > 0 && file[dash - 1] is (byte)' ') dash--;
        return dash > 0 && file[dash - 1] == '-' ? new ByteSplice(new ByteRange(list.Range!.Value.Start, dash - 1), []) : null;
    }
}
