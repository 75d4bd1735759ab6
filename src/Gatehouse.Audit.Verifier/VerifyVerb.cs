using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Text;

namespace Gatehouse.Audit.Verifier;

/// <summary>The options of <c>verify</c>, its run and its output. The folder of the log comes from the command that has it.</summary>
internal sealed class VerifyVerb
{
    public const string Description =
        """
        Check an audit log: entries, hashes, signatures, and checkpoints that were kept elsewhere. The command needs only the files
        and writes nothing. It names the log, the index of an entry, the file with its bytes, and the field that is wrong. It exits
        with 0 only for what it vouches for: with a key from --key, an outside checkpoint that matches, and no finding. An outside
        checkpoint comes from --checkpoint, or is one beside the log that a witness from --cosigner cosigned. It exits with 1 for
        findings, and for a log that is consistent and not vouched for. Where the folder has several logs, the exit code is about the
        newest one, and the report names the log of each checkpoint and of each key. Give the folder of an older log to check it by itself.

        A witness proves something only if its operator is independent of the operator of the gateway. A witness on the operator's own
        machine proves nothing. A key from the folder of a log vouches for nothing either.

        Without an outside checkpoint the command cannot detect what the holder of the log's key did: history written again, a cut
        end, an older state put back, another log for other readers. Behind the newest outside checkpoint it cannot detect that
        either. It never detects entries that are cut before they are under a checkpoint. The log of a running gateway contains
        calls that have not ended yet.

        Bundles of old entries that are not here are a finding, because they may have been deleted. --archived names those that are in an archive.

        Exit codes: 0 vouched for, or with --damage no finding. 1 findings, or not vouched for. 2 wrong command line, or a key or checkpoint
        that cannot be used. 3 no log, or a file cannot be read.
        """;

    private const string OfDamage =
        "This check looks for damage and loss, and vouches for nothing: it does not detect forgery by a person who can write the files.";

    private readonly EvidenceOptions evidence = new();
    private readonly Option<string[]> cosigners = new("--cosigner") { Description = "Verifier key of a witness with its operator in words behind it, or a file with such lines. Repeatable.", HelpName = "vkey|file" };
    private readonly Option<bool> witness = new("--witness-required") { Description = "Each witness of --cosigner must have cosigned with a key that this system can check. Otherwise it is a finding." };
    private readonly Option<string?> from = new("--from") { Description = "First index to read in the newest log.", HelpName = "index" };
    private readonly Option<string?> to = new("--to") { Description = "Last index to read in the newest log.", HelpName = "index" };
    private readonly Option<bool> since = new("--since") { Description = "Read only the entries after the newest checkpoint of --checkpoint that matches." };
    private readonly Option<bool> structure = new("--structure") { Description = "Check hashes and signatures, and neither the content of entries nor kept requests." };
    private readonly ArchivedOption archived = new(
        "Entries of a log whose bundles are in your archive, as log-0001:256-511. Others that are absent are a finding. Repeatable.");
    private readonly Option<bool> oneLog = new("--one-log")
    { Description = "Vouch for the log in the given folder without the logs before it, which its first entry names. Without this option such a folder is not vouched for." };
    private readonly Option<bool> damage = new("--damage")
    { Description = "Look for damage and loss only, and exit with 0 when there is none. The command then vouches for nothing." };
    private readonly Option<bool> json = new("--json") { Description = "Print versioned JSON on stdout." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        evidence.AddTo(command);
        foreach (var option in (Option[])[cosigners, witness, from, to, since, structure, archived.Option, oneLog, damage, json]) command.Add(option);
    }

    /// <summary>Checks the log in a folder and prints the report.</summary>
    /// <returns>The exit code: 0 vouched for, 1 not, 2 a wrong command line, 3 there is no log.</returns>
    public int Run(ParseResult parsed, string folder, IShown shown, CancellationToken cancellation)
    {
        if (Request(parsed, folder, shown) is not { } request) return 2;
        AuditLogReport report;
        try
        {
            report = AuditLogVerifier.Verify(folder, request, cancellation);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "request")
        {
            var option = e.ActualValue is long index && index == request.From ? "--from" : "--to";
            shown.Fault($"{option}: the newest evidence log has no entry {e.ActualValue}",
                "give an index that the log has; indexes begin at 0, and without --to the log is read to its end");
            return 2;
        }

        if (report.Logs.Count == 0 && report.Findings.Count == 0)
        {
            // An emptied folder is no log without faults.
            var inside = Path.Join(folder, "audit");
            shown.Fault($"there is no audit log in {folder}", Directory.Exists(inside) ? $"there is a folder of one in it; give {inside}"
                : "give the folder of an audit log: it has a folder log-0001, or is a copy of one");
            return 3;
        }

        var onlyDamage = parsed.GetValue(damage);
        var beside = LogsBeside.Of(report, folder);
        var statements = (onlyDamage ? OfDamageOnly(request) : report.Statements).ToList();
        if (beside.Statement is { } others) statements.Add(others);
        if (parsed.GetValue(json)) shown.Json("auditLog", Json(report, beside, statements));
        else Print(report, statements, !request.StructureOnly, shown);
        return report.IsVouched || (onlyDamage && report.Findings.Count == 0) ? 0 : 1;
    }

    /// <summary>Returns the word of a kind of finding.</summary>
    public static string Word(AuditFindingKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private VerificationRequest? Request(ParseResult parsed, string folder, IShown shown)
    {
        if (!TryIndex(parsed.GetValue(from), "--from", shown, out var first) || !TryIndex(parsed.GetValue(to), "--to", shown, out var last)) return null;
        if (first > last || (parsed.GetValue(since) && (first ?? last) is not null))
        {
            shown.Fault(first > last ? "--from is after --to" : "--since cannot be combined with --from and --to", "give one range");
            return null;
        }

        if (HasIgnored(parsed, shown)) return null;
        if (archived.Read(parsed, shown) is not { } ranges) return null;
        if (EvidenceOptions.ReadKeysByPlace(parsed.GetValue(evidence.Keys), folder, shown) is not { } keys) return null;
        if (EvidenceOptions.ReadWitnesses(parsed.GetValue(cosigners), shown) is not { } witnesses) return null;
        if (evidence.ReadCheckpoints(parsed, folder, shown) is not { } outside) return null;
        if (parsed.GetValue(witness) && witnesses.Count == 0)
        {
            shown.Fault("--witness-required needs the key of a witness", "give it with --cosigner");
            return null;
        }

        return new VerificationRequest
        {
            Keys = keys.Keys,
            KeysBesideLog = keys.BesideLog,
            Cosigners = witnesses,
            Outside = outside,
            RequiresWitness = parsed.GetValue(witness),
            From = first,
            To = last,
            SinceOutside = parsed.GetValue(since),
            StructureOnly = parsed.GetValue(structure),
            Archived = ranges,
            OneLog = parsed.GetValue(oneLog),
        };
    }

    // An option without effect would be believed to have one.
    private bool HasIgnored(ParseResult parsed, IShown shown)
    {
        var isGiven = (Option option) => parsed.GetResult(option) is { Implicit: false };
        Option[] ofVerdict = [evidence.Keys, evidence.Checkpoints, cosigners, witness, oneLog];
        if (parsed.GetValue(damage) && ofVerdict.FirstOrDefault(isGiven) is { } other)
        {
            shown.Fault($"{other.Name} cannot be combined with --damage: that check looks for damage only, and vouches for nothing",
                "leave out --damage to have the log vouched for");
            return true;
        }

        if (!parsed.GetValue(since) || isGiven(evidence.Checkpoints) || isGiven(cosigners)) return false;
        shown.Fault("--since needs --checkpoint or --cosigner", "give the outside checkpoint that the check is to begin at");
        return true;
    }

    private static bool TryIndex(string? text, string name, IShown shown, out long? index)
    {
        index = null;
        if (text is null) return true;
        if (Checkpoint.TryParseSize(text, out var number))
        {
            index = number;
            return true;
        }

        shown.Fault($"value '{text}' of {name} is not an index", "an index is a whole number from 0");
        return false;
    }

    private static void Print(AuditLogReport report, IReadOnlyList<string> statements, bool isContentChecked, IShown shown)
    {
        foreach (var finding in report.Findings) shown.Row(Line(finding));
        if (report.MoreFindings > 0) shown.Row($"and {Counted(report.MoreFindings, "more finding", "more findings")}");
        foreach (var log in report.Logs)
            shown.Row($"{log.Log}: {log.Origin ?? "no origin"}, {Counted(log.Size, "entry", "entries")} under the checkpoint with the root {log.Root ?? "-"}; {log.Entries} read, {log.Archived} archived, {log.Pending} not yet under it");
        foreach (var fact in report.Facts) shown.Row(fact);
        shown.Row(Summary(report, isContentChecked));
        foreach (var statement in statements)
        {
            if (statement == OfDamage) shown.Note(statement);
            else shown.Row(statement);
        }
    }

    private static string Summary(AuditLogReport report, bool isContentChecked)
    {
        var logs = Counted(report.Logs.Count, "evidence log", "evidence logs");
        var findings = Counted(report.Findings.Count + report.MoreFindings, "finding", "findings");
        if (!isContentChecked) return $"{logs}; {findings}";
        // Of a first bundle whose next one is archived, only the hashes are compared.
        var isPart = report.Logs.Any(static log => log.Archived > 0);
        return $"{Counted(report.Entries, "entry", "entries")} {(isPart ? "with checked content, " : "")}of {Counted(report.Runs, "run", "runs")} in {logs}, the first with seq {report.First}; "
            + $"{report.Lost} lost, as {(isPart ? "these entries say" : "the log says")}; {findings}";
    }

    private static IEnumerable<string> OfDamageOnly(VerificationRequest request)
    {
        if (request.From is not null || request.To is not null)
            yield return "Only the entries of the range were read. Of the others only hashes were used, and their files may be damaged.";
        if (request.StructureOnly) yield return Verdict.NoContent;
        yield return OfDamage;
    }

    private static string Line(AuditLogFinding finding)
    {
        var place = finding.File;
        if (finding.Index is { } index) place += $": entry {index}";
        if (finding is { Offset: { } offset, Length: { } length and > 0 }) place += $": bytes {offset} to {offset + length - 1}";
        return $"{place}: {Word(finding.Kind)}: {finding.Detail}{(finding.Field is { } field ? $" (field {field})" : "")}";
    }

    private static string Counted(long count, string one, string more) => $"{count} {(count == 1 ? one : more)}";

    private static JsonObject Json(AuditLogReport report, LogsBeside beside, IReadOnlyList<string> statements) => new JsonFields
    {
        ["isVouched"] = report.IsVouched,
        ["statements"] = statements.ToJsonArray(),
        ["notChecked"] = beside.Names.ToJsonArray(),
        ["facts"] = report.Facts.ToJsonArray(),
        ["logs"] = JsonValue.Create(report.Logs, VerifierJson.Default.EvidenceLogReports),
        ["entries"] = report.Entries,
        ["runs"] = report.Runs,
        ["first"] = report.First,
        ["lost"] = report.Lost,
        ["findings"] = report.Findings.Select(Json).ToJsonArray(),
        ["moreFindings"] = report.MoreFindings,
    };

    private static JsonFields Json(AuditLogFinding finding) => new()
    {
        ["file"] = finding.File,
        ["log"] = finding.Log,
        ["index"] = finding.Index,
        ["offset"] = finding.Offset,
        ["length"] = finding.Length,
        ["field"] = finding.Field,
        ["kind"] = Word(finding.Kind),
        ["detail"] = finding.Detail,
    };
}
