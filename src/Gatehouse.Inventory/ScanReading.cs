using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory;

/// <summary>A reading of files, with the content, the broken files and the gaps.</summary>
internal sealed class ScanReading(TimeProvider time, TimeSpan walkLimit)
{
    /// <summary>Most workspaces that are taken from the state of clients.</summary>
    public const int MostWorkspaces = 200;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly List<string> ruleFiles = [];

    public List<ReadFile> Files { get; } = [];

    public List<Finding> Findings { get; } = [];

    public List<Gap> Gaps { get; } = [];

    public IReadOnlyList<string> RuleFiles => ruleFiles;

    public void ReadMachine(Machine machine, bool knownWorkspaces)
    {
        if (!Directory.Exists(machine.Home)) Gaps.Add(new Gap(machine.Home, "the home folder does not exist", true));
        foreach (var file in ClientConfigFinder.OnMachine(machine, Gaps)) Read(file);
        foreach (var path in RuleFileLocations.OnMachine(machine)) ReadRules(path, machine.Home);
        if (!knownWorkspaces) return;
        foreach (var folder in Workspaces(machine).ToList()) ReadFolder(folder, folder);
    }

    /// <summary>Walks a repository: every folder may be a workspace.</summary>
    public void ReadTree(string root, CancellationToken cancellation)
    {
        if (!Directory.Exists(root))
        {
            Gaps.Add(new Gap(root, File.Exists(root) ? "it is a file; give the folder that has it" : "the folder does not exist", true));
            return;
        }

        foreach (var folder in new FolderWalk(time, walkLimit, Gaps).Walk(root, cancellation)) ReadFolder(folder, root);
    }

    private void ReadFolder(string folder, string tree)
    {
        if (!seen.Add(folder)) return;
        foreach (var file in ClientConfigFinder.InWorkspace(folder, tree, Gaps)) Read(file);
        foreach (var path in RuleFileLocations.InFolder(folder)) ReadRules(path, tree);
    }

    private void Read(ClientConfigFile file)
    {
        if (!read.Add($"{file.Path}\0{file.Place.Client}\0{file.Place.Pointers}")) return;
        // The rows of no client's own are for files that no other row knows.
        if (file.Place.Client == "any" && Files.Any(known => known.File.Path == file.Path)) return;
        try
        {
            if (Bytes(file) is not { } bytes) return;
            (file, var root, var broken) = Content(file, bytes);
            var servers = ServerReader.Read(file, root, out var isCut);
            // A package.json or manifest.json without a server is not ours, and one file can be two clients' with one's servers.
            if (file.Place.Client == "any" && servers.Count == 0) return;
            if (isCut) Gaps.Add(new Gap(file.Path, "it contains more than 1000 servers; the rest was not scanned", true));
            if (broken is not null)
                AddBroken(file, broken.Line, $"{broken.Message}; some clients read it although it is not JSON, so its servers are judged");
            Files.Add(new ReadFile(file, root, servers));
            Findings.AddRange(SettingChecks.Of(file, root));
            Findings.AddRange(Repeated(file, root));
        }
        catch (ConfigFaultException fault)
        {
            if (file.Place is { Client: "any", Format: not ConfigFormat.Archive })
            {
                // It may have servers and be no less well formed than others: what exceeds a bound is not measured.
                if (fault.IsLimit) AddGap(file.Path, $"line {fault.Line}: {fault.Message}");
                return;
            }

            if (AddBroken(file, file.Place.Format == ConfigFormat.Archive ? 0 : fault.Line, fault.Message))
                AddGap(file.Path, fault.Line > 0 ? $"line {fault.Line}: {fault.Message}" : fault.Message);
        }
    }

    // Threat: one comment takes the servers of a file out of the report, and a client that accepts comments starts them.
    private static (ClientConfigFile File, ConfigNode Root, ConfigFaultException? Broken) Content(ClientConfigFile file, byte[] bytes)
    {
        try
        {
            return (file, ConfigReader.Read(bytes, file.Place.Format), null);
        }
        catch (ConfigFaultException strict) when (file.Place.Format == ConfigFormat.Json && Tolerant(bytes) is { } root)
        {
            return (file with { Place = file.Place with { Format = ConfigFormat.JsonWithComments } }, root, strict);
        }
    }

    private static ConfigNode? Tolerant(byte[] bytes)
    {
        try
        {
            return ConfigReader.Read(bytes, ConfigFormat.JsonWithComments);
        }
        catch (ConfigFaultException)
        {
            return null;
        }
    }

    // False when another client's row has read the same file in the same format.
    private bool AddBroken(ClientConfigFile file, int line, string message)
    {
        if (Findings.Any(finding => finding.Rule == FindingRules.BrokenFile && finding.Place.File == file.Path)) return false;
        Findings.Add(new Finding(FindingRules.BrokenFile, Confidence.High, message, new SourceLocation(file.Path, line), null, file.Place.Client));
        return true;
    }

    private byte[]? Bytes(ClientConfigFile file)
    {
        IReadOnlyList<string> leaving = [];
        var bytes = file.Place.Format == ConfigFormat.Archive
            ? BoundedFile.ReadPacked(file.Path, file.Tree, out leaving, out var reason)
            : BoundedFile.Read(file.Path, file.Tree, out reason);
        if (bytes is null && reason is not null) AddGap(file.Path, reason);
        foreach (var name in leaving)
            Findings.Add(new Finding(FindingRules.LeavingArchive, Confidence.High, $"entry {name}", new SourceLocation(file.Path, 0),
                null, file.Place.Client)
            { Evidence = name });
        return bytes;
    }

    private static IEnumerable<Finding> Repeated(ClientConfigFile file, ConfigNode root)
    {
        var stack = new Stack<ConfigNode>([root]);
        // XML repeats elements by nature.
        while (file.Place.Format != ConfigFormat.Xml && stack.TryPop(out var node))
        {
            foreach (var twice in node.Members.GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            {
                var second = twice.ElementAt(1);
                yield return new Finding(FindingRules.RepeatedMember, Confidence.High, $"'{second.Name}' occurs {twice.Count()} times",
                    new SourceLocation(file.Path, second.Line, second.Offset), null, file.Place.Client)
                { Evidence = second.Name };
            }

            foreach (var member in node.Members) stack.Push(member.Value);
            foreach (var item in node.Items) stack.Push(item);
        }
    }

    private void ReadRules(string path, string tree)
    {
        if (!read.Add(path)) return;
        if (BoundedFile.Read(path, tree, out var reason) is not { } bytes)
        {
            if (reason is not null) AddGap(path, reason);
            return;
        }

        ruleFiles.Add(path);
        var findings = RuleFileChecks.Of(path, bytes).Take(RuleFileChecks.MostFindings + 1).ToList();
        if (findings.Count > RuleFileChecks.MostFindings) AddGap(path, "it has more than 100 findings; the rest is not listed");
        Findings.AddRange(findings.Take(RuleFileChecks.MostFindings));
    }

    private void AddGap(string path, string reason)
    {
        var gap = new Gap(path, reason, true);
        if (!Gaps.Contains(gap)) Gaps.Add(gap);
    }

    // The workspace files of known folders count, not the folders within them.
    private IEnumerable<string> Workspaces(Machine machine)
    {
        var named = KnownFolders.Of(machine, Files, Gaps).ToList();
        if (named.Count > MostWorkspaces)
            Gaps.Add(new Gap("workspaces", $"{named.Count - MostWorkspaces} of {named.Count} workspaces that clients know were not scanned", true));
        return named.Take(MostWorkspaces);
    }
}
