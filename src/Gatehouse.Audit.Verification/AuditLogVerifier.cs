using System.Text.Json;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Checks a log: its entries with the tree, the tree with its signed checkpoint, that with checkpoints that an auditor kept elsewhere, and what the
/// entries say of themselves. It needs the files only, and writes nothing.
/// </summary>
/// <remarks>
/// Without an outside checkpoint it finds what a person without the log's key did, and not what the holder of the key did. Entries that are not under
/// a checkpoint yet can be cut from the end unseen.
/// </remarks>
public sealed class AuditLogVerifier
{
    private readonly FindingCollector findings = new();
    private readonly List<string> facts = [];
    private readonly List<PayloadCheck> payloadsOfLogs = []; // an erasure names kept requests of every log in the newest one
    private readonly string directory;
    private readonly VerificationRequest request;
    private readonly CancellationToken cancellation;
    private readonly ContentCheck content;
    private readonly CheckpointCheck checkpoints;
    private readonly MissingPayloads missing;
    private readonly OutsideCheckpoints outside;
    private readonly ArchiveCheck archive;

    private AuditLogVerifier(string directory, VerificationRequest request, CancellationToken cancellation)
    {
        (this.directory, this.request, this.cancellation) = (directory, request, cancellation);
        content = new ContentCheck(findings);
        checkpoints = new CheckpointCheck(request, findings);
        missing = new MissingPayloads(findings);
        outside = new OutsideCheckpoints(request, checkpoints, findings, facts);
        archive = new ArchiveCheck(request, findings, facts);
    }

    /// <summary>Checks the log in a folder for damage and loss. It vouches for nothing.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static AuditLogReport Verify(string directory, CancellationToken cancellation = default) =>
        Verify(directory, new VerificationRequest(), cancellation);

    /// <summary>Checks the log in a folder: the folder of an audit log, or the copy of one evidence log.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The request begins or ends at an entry that the newest log does not have, which is
    /// then the actual value, or ends before it begins.</exception>
    public static AuditLogReport Verify(string directory, VerificationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(request);
        if (request.To < request.From) throw new ArgumentOutOfRangeException(nameof(request), "the range ends before it begins");
        return new AuditLogVerifier(directory, request, cancellation).Check();
    }

    private AuditLogReport Check()
    {
        var logs = EvidenceLog.At(directory);
        var isOneLog = logs is [{ Path: var only }] && only == directory;
        if (!isOneLog) new FolderNames(findings, facts).Check(directory, hasLogs: logs.Count > 0);
        var views = new List<LogView>();
        try
        {
            foreach (var log in logs)
            {
                if (log.IsFolder) views.Add(new LogView(log.Open()));
                else findings.Add(new LogPosition(log.Path, log.Name), AuditFindingKind.NotAFile, "it is not a folder; it was not read");
            }

            ReportTooFar(logs);

            // A part without entries would be vouched for, and nothing was read.
            if (request.From is { } from && views.Count > 0 && from >= (views[^1].Log.Checkpoint?.Size ?? 0) && !views[^1].Log.Entries(from).Any())
                throw new ArgumentOutOfRangeException(nameof(request), from, "the newest log does not have the first entry of the range");
            if (request.To is { } to and < long.MaxValue && views.Count > 0 && to >= (views[^1].Log.Checkpoint?.Size ?? 0)
                && !views[^1].Log.Entries(to).Any())
                throw new ArgumentOutOfRangeException(nameof(request), to, "the newest log does not have the last entry of the range");
            outside.Read(views);
            for (var at = 0; at < views.Count; at++) CheckLog(views, at);
            facts.AddRange(missing.End(isOneLog, isUpTo: request.To is not null));
            var chain = new LogChain(findings, facts, isOneLog);
            chain.Check(views);
            outside.Match(views);
            archive.End([.. views.Select(view => view.Log.Name)]);
            new SuccessionCheck(findings, facts, isOneLog).Check(views, outside.All);
            // What a part lacks may be reported after it.
            if (!request.StructureOnly && request.To is null) facts.AddRange(content.End(isWhole: !request.IsPart));

            var newest = views.Count > 0 ? views[^1] : null;
            facts.AddRange(checkpoints.Witnesses(new LogPosition(directory, newest?.Log.Name)));
            return Report(views, chain.Absent);
        }
        finally
        {
            foreach (var view in views) view.Log.Dispose();
        }
    }

    private void ReportTooFar(IReadOnlyList<EvidenceLog> logs)
    {
        // Logs before the first one here may be in an archive, so its number shows nothing.
        foreach (var (log, before) in logs.Skip(1).Zip(logs.Select(static log => log.Number)))
        {
            if (log.Number - before <= LogLayout.MostAhead) continue;
            findings.Add(new LogPosition(log.Path, log.Name), AuditFindingKind.UnknownName,
                $"its number is more than {LogLayout.MostAhead} ahead of {LogLayout.LogName(before)}: no gateway continues or follows such a folder, unless the logs between them were moved to an archive. "
                + "If no log was in it, find out who made it, and move it elsewhere");
        }
    }

    private void CheckLog(List<LogView> views, int at)
    {
        var (view, isNewest) = (views[at], at == views.Count - 1);
        var place = new LogPosition(view.Log.Files.PathOf(LogLayout.Checkpoint), view.Log.Name);
        view.SignedBy = checkpoints.Signed(view.Log);
        if (view.Log.Note is { } note && isNewest)
        {
            view.Cosigned.AddRange(checkpoints.Cosigned(note, place, isOfNewest: view.Log.Checkpoint is { Size: > 0 })
                .Select(one => $"{one}: size {view.Log.Checkpoint?.Size} in {LogLayout.Checkpoint}"));
        }

        if (view.Log.Checkpoint is not { } checkpoint)
        {
            CheckWithoutTree(view);
            return;
        }

        foreach (var birth in views.Skip(at + 1).Select(later => later.Birth).OfType<LogBirth>().Where(birth => birth.Previous == view.Origin))
        {
            view.IsSucceeded = true;
            if (birth.PreviousSize is { } size) view.Sizes.Add(size);
        }

        if (!isNewest && request.IsPart) Run(view, checkpoint.Size, checkpoint.Size, isNewest);
        else if (isNewest && request.SinceOutside && outside.Since(view) is { } since) CheckSince(view, since);
        else if (!isNewest) Run(view, 0, long.MaxValue, isNewest);
        else Run(view, request.From ?? 0, request.To is { } to and < long.MaxValue ? to + 1 : long.MaxValue, isNewest);
        archive.Check(view.Log, view.Tree!);
        if (view.Tree!.TornBytes > 0 && isNewest) // of another log it is a finding
            facts.Add($"{view.Log.Name}: {view.Tree.TornBytes} bytes follow the last whole frame of the journal: the process died while it wrote, or the end was cut or changed");
        if (view.Tree.Headless > 0)
            facts.Add($"{view.Log.Name}: segments of the journal without a header: {view.Tree.Headless}. Their first commit failed, and the segments around them meet, so no entry is missing");
        if (view.Tree.Pending > 0) facts.Add($"{view.Log.Name}: entries that are not yet under a checkpoint: {view.Tree.Pending}. Nothing vouches for them");
    }

    // Only where the root of that time is right is it enough to read what came after; else the place is looked for in the whole log.
    private void CheckSince(LogView view, OutsideView since)
    {
        var scratch = new FindingCollector();
        var tree = new TreeCheck(view.Log, scratch, cancellation);
        tree.Want(since.Checkpoint.Size);
        tree.Check(since.Checkpoint.Size, long.MaxValue, isNewest: true, static (_, _) => { });
        var isRight = tree.GivesRoot && tree.RootAt(since.Checkpoint.Size) == since.Checkpoint.Root;
        view.From = isRight ? since.Checkpoint.Size : 0;
        Run(view, view.From, long.MaxValue, isNewest: true);
    }

    private void Run(LogView view, long from, long to, bool isNewest)
    {
        var tree = view.Tree = new TreeCheck(view.Log, findings, cancellation);
        (view.From, view.To) = (from, to);
        foreach (var size in view.Sizes) tree.Want(size);
        var payloads = request.StructureOnly ? null : new PayloadCheck(view.Log, findings, missing);
        if (payloads is not null)
        {
            payloadsOfLogs.Add(payloads);
            content.BeginLog();
        }

        var (holes, unread) = (0L, 0L);
        tree.Check(from, to, isNewest, (place, bytes) =>
        {
            PassHoles();
            if (payloads is not null) content.Check(place, bytes, (at, entry) => Seen(at, entry, payloads));
        }, entries =>
        {
            content.Unread(entries);
            unread += entries;
            if (entries > 0) missing.Unread();
        }, (place, bytes) =>
        {
            // Kept requests of these entries may have been erased by one that is archived.
            if (payloads is not null) content.Check(place, bytes, (at, entry) => Seen(at, entry, null), isApart: true);
        });
        PassHoles();
        if (payloads is not null && from == 0 && to == long.MaxValue)
            facts.AddRange(payloads.End(hasUnread: holes + unread > 0, isNewest, view.IsSucceeded));

        // What is absent may say why something before it is missing.
        void PassHoles()
        {
            if (tree.Holes == holes) return;
            holes = tree.Holes;
            content.BehindArchive();
            missing.Unread();
        }
    }

    private void Seen(LogPosition place, JsonElement entry, PayloadCheck? payloads)
    {
        var payload = EntryCheck.NamesPayload(entry) ? EntryCheck.Text(entry, "payload") : null;
        switch (EntryCheck.Text(entry, "act"))
        {
            case "audit.retention":
                missing.Retained(entry);
                break;
            case "payload.erased" when payload is not null:
                foreach (var one in payloadsOfLogs) one.Erased(payload);
                break;
            default:
                if (payload is not null) payloads?.Named(place, payload, EntryCheck.Time(entry));
                break;
        }
    }

    private void CheckWithoutTree(LogView view)
    {
        if (request.StructureOnly) return;
        content.BeginLog();
        foreach (var entry in view.Log.Entries())
        {
            cancellation.ThrowIfCancellationRequested();
            content.Check(new LogPosition(view.Log.Files.PathOf(entry.File), entry.Log, entry.Index, entry.Offset, entry.Bytes.Length),
                entry.Bytes);
        }
    }

    private AuditLogReport Report(List<LogView> views, string? absent)
    {
        var verdict = new Verdict(request, views, outside.All, findings.Kept.Count > 0) { Absent = absent };
        return new AuditLogReport
        {
            Entries = content.Entries,
            Runs = content.Runs,
            First = content.First,
            Lost = content.Lost,
            Findings = findings.Kept,
            MoreFindings = findings.More,
            Logs = [.. views.Select(view => view.Report())],
            IsVouched = verdict.IsVouched,
            Statements = verdict.Statements(),
            Facts = facts,
        };
    }
}
