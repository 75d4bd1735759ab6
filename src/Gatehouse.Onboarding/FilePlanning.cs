using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>Plans the edit of one file.</summary>
internal sealed class FilePlanning(IReadOnlyList<ClientConfigFile> rows, EditSelection selection, WrapLauncher launcher, WrapLedger ledger,
    WrapNames names, IEditReview judge, TimeProvider time)
{
    private readonly List<SkippedServer> left = [];
    private readonly List<WrapRecord> settled = [];

    public IReadOnlyList<SkippedServer> Left => left;

    public IReadOnlyList<WrapRecord> Settled => settled;

    /// <summary>The reason why the file could not be read; null when it was.</summary>
    public Gap? Gap { get; private set; }

    public int NotSelected { get; private set; }

    private string Path => rows[0].Path;

    /// <summary>Returns the edit, or null when nothing of the file is edited.</summary>
    public EditedFile? Plan()
    {
        var file = EditableFile.Read(Path, rows[0].Tree, judge, out var refused);
        var bytes = file?.Bytes ?? BoundedFile.Read(Path, rows[0].Tree, out _);
        if (bytes is null || Read(bytes) is not { } read)
        {
            Gap = new Gap(Path, refused ?? "it could not be read again", true);
            return null;
        }

        var fit = read.Entries.Where(entry => Fits(entry.Server, entry.Row)).Select(entry => entry.Server).ToList();
        if (fit.Count == 0) return null;
        if (file is not null) return Plan(file, read.Root, fit);
        left.AddRange(fit.Select(server => Leave(server, SkipReason.File, refused!)));
        return null;
    }

    private (ConfigNode Root, List<(ServerEntry Server, ClientConfigFile Row)> Entries)? Read(byte[] bytes)
    {
        try
        {
            var root = ConfigReader.Read(bytes, rows[0].Place.Format);
            return (root, [.. rows.SelectMany(row => ServerReader.Read(row, root).Select(server => (server, row)))
                .DistinctBy(entry => (entry.server.Name, string.Join('\0', entry.server.Container), entry.server.Place))]);
        }
        catch (ConfigFaultException)
        {
            return null;
        }
    }

    private bool Fits(ServerEntry server, ClientConfigFile row)
    {
        if (!selection.Takes(server.Client, server.Name, Path))
        {
            NotSelected++;
            return false;
        }

        if (server.IsWrapped && ledger.Find(Path, server.Container, server.Name) is { IsDone: false } record) settled.Add(record);
        if (WrapEligibility.Refuse(server, row.Place, selection.Files.Contains(Path)) is not { } refused) return true;
        left.Add(Leave(server, refused.Kind, refused.Why));
        return false;
    }

    private EditedFile? Plan(EditableFile file, ConfigNode root, List<ServerEntry> servers)
    {
        var change = new TreeChange();
        var wrapper = new EntryWrapper(file.Bytes, rows[0].Place.Format, launcher.Command, change);
        var made = new List<(ServerEntry Server, string Name, EntryEdit Edit, List<string> Front)>();
        foreach (var server in servers)
        {
            var name = names.For(server.Name, Way(server));
            List<string> front =
                [.. launcher.Arguments, "wrap", "--name", name, .. server.EnvironmentNames.SelectMany(variable => (string[])["--env", variable]),
                    "--"];
            string? reason = null;
            var edit = ConfigEntryLocation.Find(root, server.Container, server.Name, out var lost) is { } site
                ? wrapper.Wrap(site, front, out reason) : null;
            if (edit is null) left.Add(Leave(server, SkipReason.Form, reason ?? (lost.Length > 0 ? lost : "the entry was not found again")));
            else made.Add((server, name, edit, front));
        }

        if (made.Count == 0) return null;
        var after = ByteSplice.Apply(file.Bytes, made.SelectMany(one => one.Edit.Splices));
        if (Check(root, after, change) is not { } root2)
        {
            left.AddRange(made.Select(
                one => Leave(one.Server, SkipReason.Form, "the edited file would not have the intended content; it is not edited")));
            return null;
        }

        return new EditedFile(file, after)
        {
            Path = Path,
            Servers = [.. made.Select(one => Edited(one.Server, one.Name, one.Front))],
            Difference = FileDifference.Of(Path, file.Bytes, root, after, root2, made.SelectMany(one => one.Edit.Splices)),
            Added = [.. made.Select(one => Record(file, after, one.Server, one.Name, one.Edit, one.Front))],
        };
    }

    // The edited bytes are read again. They must mean the old file with the intended change, and nothing else.
    private ConfigNode? Check(ConfigNode root, byte[] after, TreeChange change)
    {
        try
        {
            var read = ConfigReader.Read(after, rows[0].Place.Format);
            return change.Leads(root, read) ? read : null;
        }
        catch (ConfigFaultException)
        {
            return null;
        }
    }

    private EditedServer Edited(ServerEntry server, string name, List<string> front) => new()
    {
        Client = server.Client,
        Name = server.Name,
        WrapName = name,
        Place = server.Place,
        Was = server.CommandLine!,
        Becomes = ServerEntryReader.CommandLine(launcher.Command,
            front.Append(server.Command!).Select(text => new ConfigScalar(text, server.Place)).Concat(server.Arguments)),
        Command = [server.Command!, .. server.Arguments.Select(argument => argument.Text)],
        EnvironmentNames = server.EnvironmentNames,
        Folder = server.Folder,
        Workspace = WorkspaceOf(server),
    };

    // Claude Code keeps entries of a project under its folder. A workspace file is in its folder or one below it.
    private string? WorkspaceOf(ServerEntry server)
    {
        if (server.Container is ["projects", var project, ..] && System.IO.Path.IsPathFullyQualified(project)) return project;
        if (server.Scope != LocationScope.Workspace) return null;
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        return System.IO.Path.GetFileName(folder).StartsWith('.') ? System.IO.Path.GetDirectoryName(folder) : folder;
    }

    private WrapRecord Record(EditableFile file, byte[] after, ServerEntry server, string name, EntryEdit edit, List<string> front) => new()
    {
        File = Path,
        Client = server.Client,
        Container = server.Container,
        Server = server.Name,
        Name = name,
        Launcher = launcher.Command,
        Inserted = edit.Recorded.Any(splice => splice.At == "command") ? [.. front, server.Command!] : [launcher.Command, .. front],
        Program = server.Command!,
        Splices = edit.Recorded,
        At = time.GetUtcNow(),
        Before = file.Digest,
        After = EditableFile.DigestOf(after),
        Backup = BackupName.Of(Path, time),
        IsDone = false,
    };

    private string Way(ServerEntry server) => ledger.Find(Path, server.Container, server.Name) is not null
        ? WrapPlanner.Way(Path, server.Container, server.Name)
        : string.Join('\0',
        [server.Command!, .. server.Arguments.Select(argument => argument.Text), "\u0001", .. server.EnvironmentNames, "\u0001", server.Folder
            ?? ""]);

    private static SkippedServer Leave(ServerEntry server, SkipReason kind, string why) => new(server.Client, server.Name, server.Place, kind, why);
}
