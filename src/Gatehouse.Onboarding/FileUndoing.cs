using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>Plans the undoing in one file.</summary>
internal sealed class FileUndoing(string path, Machine machine, IReadOnlyList<WrapRecord> records)
{
    private readonly List<SkippedServer> left = [];
    private readonly List<WrapRecord> dropped = [];

    public IReadOnlyList<SkippedServer> Left => left;

    /// <summary>Records of entries that run through Gatehouse no longer.</summary>
    public IReadOnlyList<WrapRecord> Dropped => dropped;

    // The folder that everything down to the file is judged from; for a file outside of the home its own.
    private string Tree => BoundedFile.IsWithin(path, machine.Home) ? machine.Home : Path.GetDirectoryName(path)!;

    public EditedFile? Plan()
    {
        if (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            foreach (var record in records) Drop(record, 0, "the file no longer exists");
            return null;
        }

        if (EditableFile.Read(path, Tree, new EditRules(), out var reason) is { } file) return Plan(file);
        foreach (var record in records) Leave(record, 0, SkipReason.File, reason!);
        return null;
    }

    private EditedFile? Plan(EditableFile file)
    {
        try
        {
            var format = FormatOf();
            return Plan(file, format, ConfigReader.Read(file.Bytes, format));
        }
        catch (ConfigFaultException fault)
        {
            foreach (var record in records) Leave(record, fault.Line, SkipReason.File, $"the file cannot be read: {fault.Message}");
            return null;
        }
    }

    private EditedFile? Plan(EditableFile file, ConfigFormat format, ConfigNode root)
    {
        var change = new TreeChange();
        var unwrapper = new EntryUnwrapper(file.Bytes, change);
        var made = new List<(WrapRecord Record, ConfigEntryLocation Site, EntryEdit Edit)>();
        foreach (var record in records)
        {
            if (Site(root, record) is not { } site) continue;
            if (unwrapper.Unwrap(site, record, out var reason) is { } edit) made.Add((record, site, edit));
            else Leave(record, site.Entry.Line, SkipReason.Changed, reason!);
        }

        if (made.Count == 0) return null;
        var after = ByteSplice.Apply(file.Bytes, made.SelectMany(one => one.Edit.Splices));
        if (Check(format, root, after, change) is not { } read)
        {
            foreach (var (record, site, _) in made)
                Leave(record, site.Entry.Line, SkipReason.Changed,
                    "the file was changed in a way that cannot be undone exactly; compare it with the backup in the same "
                        + "folder, and take the wrapper out by hand");
            return null;
        }

        var digest = EditableFile.DigestOf(after);
        return new EditedFile(file, after)
        {
            Path = path,
            Servers = [.. made.Select(one => Edited(one.Record, one.Site))],
            Difference = FileDifference.Of(path, file.Bytes, root, after, read, made.SelectMany(one => one.Edit.Splices)),
            IsOriginal = made.Any(one => one.Record.Before == digest),
            Removed = [.. made.Select(one => one.Record)],
        };
    }

    private ConfigEntryLocation? Site(ConfigNode root, WrapRecord record)
    {
        if (ConfigEntryLocation.Find(root, record.Container, record.Server, out var reason) is { } site)
        {
            if (EntryUnwrapper.IsAsWritten(site, record) || StillWrapped(site, record)) return site;
            Drop(record, site.Entry.Line, "it no longer runs through Gatehouse");
            return null;
        }

        if (reason.Length > 0) Leave(record, 0, SkipReason.Changed, reason);
        else Drop(record, 0, "the entry no longer exists");
        return null;
    }

    private static bool StillWrapped(ConfigEntryLocation site, WrapRecord record) =>
        site.Command.Value.Kind == ConfigNodeKind.Text
            ? site.Command.Value.Text == record.Launcher : site.List is { Items: [var first, ..] } && first.Text == record.Launcher;

    private ConfigFormat FormatOf() => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".toml" => ConfigFormat.Toml,
        ".yaml" or ".yml" => ConfigFormat.Yaml,
        // A text of JSON without comments reads the same with them.
        _ => ConfigFormat.JsonWithComments,
    };

    private static ConfigNode? Check(ConfigFormat format, ConfigNode root, byte[] after, TreeChange change)
    {
        try
        {
            var read = ConfigReader.Read(after, format);
            return change.Leads(root, read) ? read : null;
        }
        catch (ConfigFaultException)
        {
            return null;
        }
    }

    private EditedServer Edited(WrapRecord record, ConfigEntryLocation site)
    {
        var items = site.List!.Items.Select(item => item.Text).ToList();
        var isNamed = site.Command.Value.Kind == ConfigNodeKind.Text;
        List<string> command = isNamed ? [record.Program, .. items.Skip(record.Inserted.Count)] : [.. items.Skip(record.Inserted.Count)];
        var place = new SourceLocation(path, site.Entry.Line, site.Entry.Offset);
        string Line(IReadOnlyList<string> parts) =>
            ServerEntryReader.CommandLine(parts[0], parts.Skip(1).Select(part => new ConfigScalar(part, place)));
        return new EditedServer
        {
            Client = record.Client,
            Name = record.Server,
            WrapName = record.Name,
            Place = place,
            Was = Line(isNamed ? [site.Command.Value.Text, .. items] : items),
            Becomes = Line(command),
            Command = command,
            EnvironmentNames = [],
        };
    }

    private void Leave(WrapRecord record, int line, SkipReason kind, string why) =>
        left.Add(new SkippedServer(record.Client, record.Server, new SourceLocation(path, line), kind, why));

    private void Drop(WrapRecord record, int line, string why)
    {
        dropped.Add(record);
        // A record that a crash left behind was never done, so there is nothing to report.
        if (record.IsDone) Leave(record, line, SkipReason.Gone, why + "; its record is removed");
    }
}
