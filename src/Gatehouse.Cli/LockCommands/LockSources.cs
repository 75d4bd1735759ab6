using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Inventory.Places;
using Gatehouse.Settings;

namespace Gatehouse.Cli.LockCommands;

/// <summary>
/// The servers that a verb about locks looks at, and the source of their definitions: starting or asking them, each after consent, or files with
/// their answers.
/// </summary>
internal sealed class LockSources
{
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string[]> paths =
        new("--path")
        {
            Description =
            "Servers in configuration files of this folder, such as .mcp.json. Can be repeated. Default: the working folder.",
            HelpName = "folder"
        };
    private readonly Option<bool> machine = new("--machine") { Description = "Servers of your AI clients." };
    private readonly Option<string[]> listings =
        new("--listing")
        {
            Description =
            "Do not ask this server. Read its definitions from a file with the answers to server/discover or initialize and the lists.",
            HelpName = "server=file"
        };
    private readonly Option<bool> yes =
        new("--yes") { Description = "Agree to every start of a server. The command still shows each command. This approves nothing." };
    private readonly Option<string?> name =
        new("--name")
        {
            Description = "Name of the server after '--'. Default: the last part of its package or program.",
            HelpName = "server"
        };
    private readonly Option<string[]> environment =
        new("--env") { Description = "Variable for the command after '--'. Can be repeated.", HelpName = "name" };
    private readonly WordsAndCommand command =
        new("command", takesWords: false) { Description = "Command of one server, after '--'.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Adds the options.</summary>
    /// <param name="verb">The verb.</param>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { config, paths, machine, listings, yes, name, environment }) verb.Add(option);
        if (verb.Arguments.Count == 0) verb.Add(command);
    }

    /// <summary>Returns the words after '--': the command of one server.</summary>
    public static string[] Command(ParseResult parsed) => WordsAndCommand.Command(parsed);

    /// <summary>Returns the configuration that was named, or null when none was.</summary>
    public string? Configuration(ParseResult parsed) => parsed.GetValue(config);

    /// <summary>Returns true when the command line names the servers.</summary>
    public bool AreGiven(ParseResult parsed) =>
        parsed.GetValue(config) is not null || parsed.GetValue(machine) || parsed.GetValue(listings) is { Length: > 0 }
            || parsed.GetValue(paths) is { Length: > 0 } || Command(parsed).Length > 0;

    /// <summary>Gets the definitions of the servers.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="locked">The lock, for servers that are known only from there.</param>
    /// <param name="wanted">The servers.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null when the command line or the configuration is wrong; the fault was printed.</returns>
    public async Task<Observation?> ObserveAsync(ParseResult parsed, LockFile locked, Func<string, bool> wanted, CancellationToken cancellation)
    {
        if (Listings(parsed) is not { } files || await CandidatesAsync(parsed, cancellation).ConfigureAwait(false) is not { } all) return null;
        var candidates = Distinct(all.Where(one => wanted(one.Name)), out var gaps);
        var servers = new List<ObservedServer>();
        foreach (var (server, file) in files.Where(pair => wanted(pair.Key)))
        {
            var identity = candidates.FirstOrDefault(one => one.Name == server)?.Identity ?? Identity(locked.Find(server));
            if (identity is null)
                gaps.Add(new Gap(server, "neither the lock nor a configuration names its source, so its listing cannot be compared",
                    true));
            else if (ListingFile.Read(server, identity, file, out var fault) is { } observed) servers.Add(observed);
            else gaps.Add(new Gap(server, fault!, true));
        }

        foreach (var candidate in candidates.Where(one => !files.ContainsKey(one.Name)))
        {
            var (observed, gap) = await candidate.ObserveAsync(parsed.GetValue(yes), cancellation).ConfigureAwait(false);
            if (observed is not null) servers.Add(observed);
            if (gap is not null) gaps.Add(gap);
        }

        return new Observation(servers, gaps);
    }

    private Dictionary<string, string>? Listings(ParseResult parsed)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(listings) ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && at < text.Length - 1 && files.TryAdd(text[..at], text[(at + 1)..])) continue;
            Terminal.Fault($"--listing {text}: give each server once, as server=file");
            return null;
        }

        return files;
    }

    private async Task<IReadOnlyList<ServerCandidate>?> CandidatesAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var candidates = new List<ServerCandidate>();
        if (Command(parsed) is { Length: > 0 } given) candidates.Add(Commanded(parsed, given));
        if (parsed.GetValue(config) is { } file)
        {
            if (CommonOptions.LoadAsServed(file)?.Settings is not { } settings) return null;
            candidates.AddRange(settings.Servers.Select(server => ServerCandidate.Of(server, settings)));
        }

        var folders = parsed.GetValue(paths) ?? [];
        if (folders.Length == 0 && candidates.Count == 0 && !parsed.GetValue(machine) && parsed.GetValue(listings) is not { Length: > 0 })
            folders = ["."];
        if (folders.Length == 0 && !parsed.GetValue(machine)) return candidates;
        var options = new ScanOptions
        {
            Paths = [.. folders.Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))],
            Machine = parsed.GetValue(machine) ? Machine.OfThisPerson() : null,
        };
        var report = await Scanner.ScanAsync(options, TimeProvider.System, cancellation).ConfigureAwait(false);
        var findings = new ServerFindings(report);
        candidates.AddRange(
            report.Servers.Select(server => ServerCandidate.Of(server, findings, options.Machine?.Home ?? Environment.CurrentDirectory)));
        return candidates;
    }

    private ServerCandidate Commanded(ParseResult parsed, string[] given)
    {
        var settings = new StdioUpstreamSettings
        {
            Command = given,
            WorkingDirectory = Environment.CurrentDirectory,
            Environment = (parsed.GetValue(environment) ?? []).Distinct(StringComparer.Ordinal)
                .ToDictionary(variable => variable, variable => Environment.GetEnvironmentVariable(variable) ?? "", StringComparer.Ordinal),
        };
        var identity = ServerIdentities.Of(given, Environment.CurrentDirectory);
        var server = parsed.GetValue(name) ?? DefaultName(identity.Source.Identity);
        return ServerCandidate.Of(new ServerSettings { Name = server, Path = "/" + server, Stdio = settings }, null);
    }

    /// <summary>Returns true when the server's name was made from its command and not given.</summary>
    public bool IsNamedByDefault(ParseResult parsed) => Command(parsed).Length > 0 && parsed.GetValue(name) is null;

    // Every other script is called index.js. Then the folder that is no part of a build is a better name.
    private static string DefaultName(string identity)
    {
        var parts = identity.Split('/', '\\', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return identity;
        var isCommon = CommonScripts.Contains(Path.GetFileNameWithoutExtension(parts[^1]), StringComparer.OrdinalIgnoreCase);
        return (isCommon ? parts.SkipLast(1).LastOrDefault(part => !BuildFolders.Contains(part, StringComparer.OrdinalIgnoreCase)) : null)
            ?? parts[^1];
    }

    private static readonly string[] CommonScripts = ["index", "main", "server", "cli", "app", "run", "start", "__main__"];
    private static readonly string[] BuildFolders = ["dist", "build", "out", "lib", "src", "bin", "cjs", "esm", "target", "release", "debug"];

    // A name is a key of the lock: two servers of one name that are not the same cannot both be meant.
    private static List<ServerCandidate> Distinct(IEnumerable<ServerCandidate> all, out List<Gap> gaps)
    {
        gaps = [];
        List<ServerCandidate> distinct = [];
        foreach (var group in all.GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            if (group.Skip(1).All(one => one.IsSameAs(group.First()))) distinct.Add(group.First());
            else gaps.Add(new Gap(group.Key,
                $"{group.Count()} different servers have this name ({string.Join(", ", group.Select(one => one.Where))}); give them different names, or "
                    + $"select one place", true));
        }

        return distinct;
    }

    private static ServerIdentity? Identity(LockedServer? locked) =>
        locked is null ? null : new ServerIdentity(locked.Source) { Version = locked.Version, Command = locked.Command };
}
