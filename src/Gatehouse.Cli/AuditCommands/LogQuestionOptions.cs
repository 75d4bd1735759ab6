using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>
/// The options of the commands that read entries, and the two ways to an answer: an act on the running gateway, or with <c>--log</c> the files
/// themselves.
/// </summary>
internal sealed class LogQuestionOptions
{
    private PersonProof? proof;
    private bool areArchivesNoted; // a command asks for several pages

    public Option<string?> Config { get; } = CommonOptions.Config();

    public Option<string?> State { get; } = CommonOptions.State();

    public Option<string?> Log { get; } = new("--log")
    {
        Description = "Read the files of this folder, without a gateway, an index and an entry about it.",
        HelpName = "folder",
    };

    public Option<string?> Purpose { get; } = new("--purpose") { Description = "Purpose, kept in the audit log. Needed without --log.", HelpName = "text" };

    public Option<string?> Token { get; } =
        new("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print versioned JSON on stdout, one object a line." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Config, State, Log, Purpose, Token, Json]) command.Add(option);
        command.Refuse(Log, "files are read without a gateway and without an entry", Config, State, Purpose, Token);
        command.Refuse(State, "the gateway is found by its state folder", Config);
    }

    /// <summary>
    /// Returns a function to the folder of the log's files, from <c>--log</c>, <c>--state</c> or the configuration. It returns null and prints a
    /// message where there is none.
    /// </summary>
    public Func<string?> Folder(ParseResult parsed) =>
        () => AuditFolder.Of(parsed.GetValue(Log), parsed.GetValue(State), parsed.GetValue(Config), out _);

    /// <summary>Asks for a page.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="kind">The kind of reading.</param>
    /// <param name="filter">The entries.</param>
    /// <param name="show">Shows the answer.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <param name="payload">True to open kept requests.</param>
    public Task<int> FindAsync(ParseResult parsed, LogReading kind, EntryFilter filter, Action<ControlReply> show, CancellationToken cancellation,
        bool payload = false) =>
        parsed.GetValue(Log) is { } folder
            ? ScanAsync(parsed, folder, filter, async scan =>
            {
                var page = kind == LogReading.Tail
                    ? await FollowedLog.FindAsync(scan, filter, null, cancellation).ConfigureAwait(false)
                    : await scan.FindAsync(filter, null, cancellation).ConfigureAwait(false);
                show(LogRows.Read.Reply(new LogPage(page, ReadScope.All, [])));
            })
            : SendAsync(parsed, filter, new ReadLog(kind, filter, parsed.GetValue(Purpose) ?? "", payload), show, cancellation);

    /// <summary>Asks for counts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="filter">The entries.</param>
    /// <param name="show">Shows the answer.</param>
    /// <param name="cancellation">Ends the command.</param>
    public Task<int> CountAsync(ParseResult parsed, EntryFilter filter, Action<ControlReply> show, CancellationToken cancellation) =>
        parsed.GetValue(Log) is { } folder
            ? ScanAsync(parsed, folder, filter, async scan =>
                show(LogRows.Count.Reply(
                    new LogCounts(await scan.CountByFacetAsync(filter, null, cancellation).ConfigureAwait(false), ReadScope.All))))
            : SendAsync(parsed, filter, new CountLog(filter, parsed.GetValue(Purpose) ?? ""), show, cancellation);

    /// <summary>Asks for what is missing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="filter">The time.</param>
    /// <param name="show">Shows the answer.</param>
    /// <param name="cancellation">Ends the command.</param>
    public Task<int> FindGapsAsync(ParseResult parsed, EntryFilter filter, Action<ControlReply> show, CancellationToken cancellation)
    {
        areArchivesNoted = true; // the answer names the entries
        return parsed.GetValue(Log) is { } folder
            ? ScanAsync(parsed, folder, filter, async _ =>
            {
                var gaps = new LogGaps(new LogSource(folder), TimeProvider.System);
                show(LogRows.Gaps.Reply(
                    new LogGapsFound(await gaps.FindAsync(filter.Since, null, cancellation).ConfigureAwait(false), ReadScope.All)));
            })
            : SendAsync(parsed, filter, new FindLogGaps(filter, parsed.GetValue(Purpose) ?? ""), show, cancellation);
    }

    private async Task<int> SendAsync(
        ParseResult parsed, EntryFilter filter, AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation)
    {
        if (IsFaulty(parsed, filter)) return ExitCodes.Usage;

        if (!GivenPurpose.IsGood(parsed.GetValue(Purpose), "read it")) return ExitCodes.Usage;
        if (proof is null)
        {
            var (given, code) = await ControlCall.ProveAsync(
                parsed.GetValue(State), parsed.GetValue(Config), parsed.GetValue(Token), "read the audit log", cancellation).ConfigureAwait(false);
            if (given is null) return code;
            proof = given;
        }

        return await ControlCall.SendAsync(parsed.GetValue(State), parsed.GetValue(Config), proof, act, show, cancellation).ConfigureAwait(false);
    }

    private async Task<int> ScanAsync(ParseResult parsed, string folder, EntryFilter filter, Func<LogScan, Task> ask)
    {
        if (IsFaulty(parsed, filter)) return ExitCodes.Usage;

        if (!Directory.Exists(folder))
        {
            AuditFolder.ReportMissing(folder);
            return ExitCodes.Unavailable;
        }

        if (filter.Person is not null)
            Terminal.NoteLine("the names of persons are sealed in the files: with --log, --person finds no sealed name");
        return await AuditFolder.AnswerAsync(async () =>
        {
            var source = new LogSource(folder);
            if (source.Logs().Count == 0)
            {
                AuditFolder.ReportMissing(folder);
                return ExitCodes.Unavailable;
            }

            if (!areArchivesNoted) NoteArchives(folder);
            areArchivesNoted = true;
            await ask(new LogScan(source)).ConfigureAwait(false);
            return ExitCodes.Done;
        }).ConfigureAwait(false);
    }

    /// <summary>Returns the next step where nothing was found by an id.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="place">The place that shows the id.</param>
    public string RemedyOfNothing(ParseResult parsed, string place) => parsed.GetValue(Log) is { } folder
        ? $"compare the id: {place}; and whether {folder} is the folder of the log that has it"
        : $"compare the id: {place}; ask the gateway that gave it, as an administrator with a right in administration.reading that covers it";

    private static bool IsFaulty(ParseResult parsed, EntryFilter filter)
    {
        if (filter.Fault() is not { } fault) return false;
        Terminal.Fault(fault);
        Terminal.Hint($"see: gatehouse audit {parsed.CommandResult.Command.Name} --help");
        return true;
    }

    // An answer of a part of the log is not to look like one of the whole.
    private static void NoteArchives(string folder)
    {
        foreach (var absent in EvidenceLog.In(folder).Select(ArchivedEntries.Of).OfType<string>())
            Terminal.NoteLine($"{absent} are not in the folder, as after archiving, and were not searched; put their bundles back to search them");
    }
}
