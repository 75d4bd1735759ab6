using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Checks what a log says of itself: that each line is one entry of a known version, that no entry is missing without the log saying so,
/// that calls which were begun ended, and that counts agree. It needs the files alone, and writes nothing.
/// </summary>
/// <remarks>
/// It finds damage and loss, and no forgery: who can write the files can write others that pass. Entries taken from the end, and a whole
/// run or log that was replaced, are not seen.
/// </remarks>
public sealed class AuditLogVerifier
{
    // RFC 8259 section 4: where a name occurs twice, readers take the first, the last or all.
    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false };

    private readonly FindingCollector findings = new();
    private readonly SequenceCheck sequence;
    private readonly PairCheck pairs;
    private readonly EntryCheck form;
    private long entries;

    private AuditLogVerifier() => (sequence, pairs, form) = (new SequenceCheck(findings), new PairCheck(findings), new EntryCheck(findings));

    /// <summary>Checks the log in a folder.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static AuditLogReport Verify(string directory, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return new AuditLogVerifier().Check(LogSegment.In(directory), cancellation);
    }

    private AuditLogReport Check(IReadOnlyList<LogSegment> segments, CancellationToken cancellation)
    {
        for (var at = 0; at < segments.Count; at++)
        {
            var segment = segments[at];
            if (at > 0 && segment.Number is { } number && segments[at - 1].Number is { } before && number > before + 1)
                findings.Add(new LogPosition(segment.Path, 0), AuditFindingKind.MissingSegment,
                    $"segments {before + 1} to {number - 1} are missing");
            if (!segment.IsRegular)
            {
                findings.Add(new LogPosition(segment.Path, 0), AuditFindingKind.NotAFile,
                    "it is not a regular file (but a pipe, a device, a folder or a link); it was not read");
                continue;
            }

            sequence.BeginSegment();
            foreach (var line in segment.Lines())
            {
                cancellation.ThrowIfCancellationRequested();
                Check(new LogPosition(segment.Path, line.Number), line);
            }
        }

        sequence.End();
        pairs.End();
        return new AuditLogReport
        {
            Segments = segments.Count,
            Entries = entries,
            Runs = sequence.Runs,
            First = sequence.First,
            Lost = sequence.Lost,
            Findings = findings.Kept,
            MoreFindings = findings.More,
        };
    }

    private void Check(LogPosition place, LogLine line)
    {
        switch (line.End)
        {
            case LogLineEnd.Whole:
                CheckLine(place, line.Bytes);
                break;
            case LogLineEnd.Torn:
                findings.Add(place, AuditFindingKind.TornEnd, "the segment ends within a line");
                break;
            case LogLineEnd.TooLong:
                findings.Add(place, AuditFindingKind.NoEntry, "the line is longer than an entry can be");
                break;
            case LogLineEnd.AfterZeros:
                findings.Add(place, AuditFindingKind.AfterZeros, "there is data after the zeros that end the segment");
                break;
        }
    }

    private void CheckLine(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        if (Parse(place, bytes) is not { } written) return;
        using (written)
        {
            if (EntryVersions.Of(written.RootElement) is not { } version || version > EntryVersions.Newest)
            {
                findings.Add(place, AuditFindingKind.Version, $"the version of the event model is not one of 1 to {EntryVersions.Newest}");
                return;
            }

            entries++;
            var entry = EntryVersions.Upgrade(written.RootElement);
            if (form.HasForm(place, entry)) CheckPlace(place, entry);
        }
    }

    private void CheckPlace(LogPosition place, JsonElement entry)
    {
        var (kind, act, id) = (EntryCheck.Text(entry, "kind"), EntryCheck.Text(entry, "act"), EntryCheck.Text(entry, "id")!);
        var lost = act == "log.gap" ? EntryCheck.Count(entry, "lost") ?? 0 : 0;
        sequence.Add(place, entry.GetProperty("seq").GetInt64(), lost);
        if (act == "entries.joined") form.CheckSum(place, entry);
        if (kind == "begun") pairs.Begun(place, id);
        else if (kind == "ended") pairs.Ended(id);
    }

    private JsonDocument? Parse(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        if (HalfCharacters.Has(bytes.Span))
        {
            findings.Add(place, AuditFindingKind.NoEntry, "a string contains half a character");
            return null;
        }

        try
        {
            return JsonDocument.Parse(bytes, Unambiguous);
        }
        catch (JsonException)
        {
            return ParseAmbiguous(place, bytes);
        }
    }

    // The act decision.search of version 1 has two members "kind".
    private JsonDocument? ParseAmbiguous(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = JsonDocument.Parse(bytes);
            if (EntryVersions.Of(document.RootElement) == 1 && EntryCheck.Text(document.RootElement, "act") == "decision.search") return document;
            findings.Add(place, AuditFindingKind.RepeatedMember, "a member occurs twice");
            document.Dispose();
        }
        catch (JsonException e)
        {
            findings.Add(place, AuditFindingKind.NoEntry, $"no JSON object at byte {e.BytePositionInLine}");
        }

        return null;
    }
}
