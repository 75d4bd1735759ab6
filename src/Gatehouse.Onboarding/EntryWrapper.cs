using System.Text;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>
/// The insertion of a launcher before the program of an entry: the program becomes the launcher, the list of arguments begins with the wrapper's own.
/// </summary>
internal sealed class EntryWrapper(byte[] file, ConfigFormat format, string launcher, TreeChange change)
{
    /// <summary>Returns the edit, or the reason why the entry is in a form that is not edited.</summary>
    /// <param name="site">The entry.</param>
    /// <param name="front">Arguments of the launcher up to and with the two dashes; the old program follows them.</param>
    /// <param name="reason">The reason.</param>
    public EntryEdit? Wrap(ConfigEntryLocation site, IReadOnlyList<string> front, out string? reason)
    {
        reason = Unfit(site);
        if (reason is not null) return null;
        return site.Command.Value.Kind == ConfigNodeKind.List ? Listed(site.Command.Value, front) : Named(site, front, out reason);
    }

    private static string? Unfit(ConfigEntryLocation site)
    {
        var command = site.Command.Value;
        var parts = command.Kind == ConfigNodeKind.List ? command.Items : site.Arguments?.Value.Items ?? [];
        if (site.Arguments is { Value.Kind: not ConfigNodeKind.List }) return "its arguments are not a list";
        if (command.Kind == ConfigNodeKind.List && (command.Items.Count == 0 || site.Arguments is not null))
            return "its command is a list in an unknown form";
        if (parts.Any(part => part.Kind != ConfigNodeKind.Text)) return "one of its arguments is not a string";
        return command.Range is null || (site.Arguments is not null && site.Arguments.Value.Range is null) || parts is [{ Range: null }, ..]
            ? "Gatehouse does not edit the form of its command or arguments (an anchor, a tag, or a string over several lines)" : null;
    }

    // The list of everything: only its beginning changes.
    private EntryEdit? Listed(ConfigNode list, IReadOnlyList<string> front)
    {
        List<string> inserted = [launcher, .. front];
        return Insert(list, [.. inserted.Select(WrittenText.Quoted)]) is not { } splice ? null
            : Edit(list, inserted, [splice], [new RecordedSplice("items", "", Encoding.UTF8.GetString(splice.New))]);
    }

    private EntryEdit? Named(ConfigEntryLocation site, IReadOnlyList<string> front, out string? reason)
    {
        var command = site.Command.Value;
        var old = Encoding.UTF8.GetString(command.Range!.Value.Of(file));
        // A plain text of YAML may mean another thing among brackets; JSON and TOML write a text in one way everywhere.
        List<string> tokens = [.. front.Select(WrittenText.Quoted), format == ConfigFormat.Yaml ? WrittenText.Quoted(command.Text) : old];
        var replaced = new ByteSplice(command.Range.Value, Encoding.UTF8.GetBytes(WrittenText.Quoted(launcher)));
        var kept = new RecordedSplice("command", old, WrittenText.Quoted(launcher));
        change.Replace(command, Text(launcher));
        reason = "Gatehouse does not edit the form of its list of arguments";
        if (site.Arguments is null)
        {
            if (Member(site, tokens) is not { } member) return null;
            var added = new ConfigNode(ConfigNodeKind.List, 0, -1);
            foreach (var text in front.Append(command.Text)) added.Add(Text(text));
            change.AddAfter(command, "args", added);
            reason = null;
            return new EntryEdit([replaced, member], [kept, new RecordedSplice("member", "", Encoding.UTF8.GetString(member.New))]);
        }

        if (Insert(site.Arguments.Value, tokens) is not { } splice) return null;
        reason = null;
        return Edit(site.Arguments.Value, [.. front, command.Text], [replaced, splice],
            [kept, new RecordedSplice("items", "", Encoding.UTF8.GetString(splice.New))]);
    }

    private EntryEdit Edit(ConfigNode list, IReadOnlyList<string> inserted, ByteSplice[] splices, RecordedSplice[] recorded)
    {
        var longer = new ConfigNode(ConfigNodeKind.List, 0, -1);
        foreach (var text in inserted) longer.Add(Text(text));
        foreach (var item in list.Items) longer.Add(item);
        change.Replace(list, longer);
        return new EntryEdit(splices, recorded);
    }

    private ByteSplice? Insert(ConfigNode list, IReadOnlyList<string> tokens)
    {
        if (list.IsBlock) return InsertDashes(list, tokens);
        if (list.Items.Count == 0) return At(list.Range!.Value.Start + 1, string.Join(", ", tokens));
        var first = list.Items[0].Range!.Value;
        var comma = LastLineBefore(first.Start) is { } line
            ? "," + line : list.Items.Count > 1 && file[first.End] == ',' && file[first.End + 1] is not ((byte)' ' or (byte)'\n') ? "," : ", ";
        return At(first.Start, string.Concat(tokens.Select(token => token + comma)));
    }

    private ByteSplice? InsertDashes(ConfigNode list, IReadOnlyList<string> tokens)
    {
        var dash = list.Range!.Value.Start;
        var first = list.Items[0].Range!.Value.Start;
        if (file[dash] != '-' || Indent(dash) is not { } indent) return null;
        var space = Encoding.ASCII.GetString(file.AsSpan((dash + 1)..first));
        if (space.Length == 0 || space.Any(letter => letter != ' ')) return null;
        return At(dash, string.Concat(tokens.Select(token => "-" + space + token + WrittenText.LineBreak(file) + indent)));
    }

    // Behind the program: on a line of its own where the program has one, else on the same line.
    private ByteSplice? Member(ConfigEntryLocation site, IReadOnlyList<string> tokens)
    {
        if (site.Command.NameRange is not { } name || site.Command.Value.Range is not { } value) return null;
        var written = Encoding.UTF8.GetString(name.Of(file));
        var between = Encoding.UTF8.GetString(file.AsSpan(name.End..value.Start));
        if (between.Any(letter => letter is not (' ' or '\t' or ':' or '='))) between = format == ConfigFormat.Toml ? " = " : ": ";
        var list = "[" + string.Join(between.EndsWith(' ') ? ", " : ",", tokens) + "]";
        var isInline = format is ConfigFormat.Json or ConfigFormat.JsonWithComments || site.Holder.Range is not null;
        if (isInline)
            return At(value.End,
                "," + (LastLineBefore(name.Start) ?? (between.EndsWith(' ') ? " " : "")) + Renamed(written, site.Command.Name) + between + list);
        return Indent(name.Start) is { } indent
            ? At(value.End, WrittenText.LineBreak(file) + indent + Renamed(written, site.Command.Name) + between + list) : null;
    }

    // In TOML a name may have names before it (a.b.command), and any name may be in quotes.
    private static string Renamed(string written, string name)
    {
        if (written.EndsWith(name, StringComparison.Ordinal)) return written[..^name.Length] + "args";
        return written.Length > name.Length + 1 && written[^1] is '"' or '\''
            ? written[..^(name.Length + 2)] + written[^1] + "args" + written[^1] : "args";
    }

    // Spaces that bring another line to the same column. In a list of YAML the first name comes after a dash.
    private string? Indent(int at)
    {
        var start = at;
        while (start > 0 && file[start - 1] != '\n') start--;
        var before = file.AsSpan(start..at);
        if (start == 0 && before.StartsWith("\uFEFF"u8)) before = before[3..];
        var isDashed = format == ConfigFormat.Yaml && before.IndexOfAnyExcept((byte)' ', (byte)'-') < 0;
        if (!isDashed && before.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0) return null;
        return isDashed ? new string(' ', before.Length) : Encoding.ASCII.GetString(before);
    }

    private string? LastLineBefore(int at) => WrittenText.LastLine(WrittenText.SpaceBefore(file, at));

    private static ByteSplice At(int place, string text) => new(new ByteRange(place, place), Encoding.UTF8.GetBytes(text));

    private static ConfigNode Text(string text) => new(ConfigNodeKind.Text, 0, -1, text);
}
