using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>Checks the content of entries in their order over all logs: form, numbers, calls that were begun.</summary>
internal sealed class ContentCheck
{
    // RFC 8259 section 4: where a name occurs twice, readers take the first, the last or all.
    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false };

    private readonly FindingCollector findings;
    private readonly SequenceCheck sequence;
    private readonly PairCheck pairs;
    private readonly EntryCheck form;

    public ContentCheck(FindingCollector findings)
    {
        this.findings = findings;
        (sequence, pairs, form) = (new SequenceCheck(findings), new PairCheck(findings), new EntryCheck(findings));
    }

    /// <summary>Entries that were read.</summary>
    public long Entries { get; private set; }

    public long First => sequence.First;

    public int Runs => sequence.Runs;

    public long Lost => sequence.Lost;

    /// <summary>A log begins: a process may have begun to count here.</summary>
    public void BeginLog() => sequence.BeginLog();

    /// <summary>Entries that are missing here cannot be read because of damage that was reported. They are no gap.</summary>
    /// <param name="entries">Their number.</param>
    public void Unread(long entries) => sequence.Unread(entries);

    /// <summary>The entries before the next one are archived or could not be read, and their numbers are not known.</summary>
    public void BehindArchive()
    {
        sequence.BehindArchive();
        pairs.BehindArchive();
    }

    /// <summary>Checks an entry.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="seen">Takes the entry, if it is one.</param>
    /// <param name="isApart">True where the entries after it are archived: its number and its call cannot be compared with theirs.</param>
    public void Check(LogPosition place, ReadOnlyMemory<byte> bytes, Action<LogPosition, JsonElement>? seen = null, bool isApart = false)
    {
        if (Parse(place, bytes) is not { } written)
        {
            GiveUp(isApart);
            return;
        }

        using (written)
        {
            if (EntryVersions.Of(written.RootElement) is not { } version || version > EntryVersions.Newest)
            {
                findings.Add(place, AuditFindingKind.Version, $"the version of the event model is not {AuditEntry.ModelVersion} or {EntryVersions.Newest}", "v");
                GiveUp(isApart);
                return;
            }

            Entries++;
            var entry = written.RootElement;
            if (!form.HasForm(place, entry))
            {
                GiveUp(isApart);
                return;
            }

            // A process begins with this entry, not with a file.
            if (EntryCheck.Text(entry, "act") is "log.birth" or "log.opened") sequence.BeginLog();
            if (!isApart) CheckPlace(place, entry);
            seen?.Invoke(place, entry);
        }
    }

    /// <summary>The log ends here.</summary>
    /// <param name="isWhole">True where it was read from its start: a call may have ended in a part that was not read.</param>
    /// <returns>Facts that are no findings.</returns>
    public IEnumerable<string> End(bool isWhole)
    {
        sequence.End();
        if (sequence.TornEntries > 0)
            yield return $"entries that were in torn ends of the journal: {sequence.TornEntries}. The entries log.opened behind them have the digests of the torn bytes";
        if (!isWhole) yield break;
        foreach (var fact in pairs.End()) yield return fact;
    }

    // It is a finding already. The number that it had is no gap.
    private void GiveUp(bool isApart)
    {
        if (!isApart) sequence.Unread(1);
    }

    private void CheckPlace(LogPosition place, JsonElement entry)
    {
        var (kind, act, id) = (EntryCheck.Text(entry, "kind"), EntryCheck.Text(entry, "act"), EntryCheck.Text(entry, "id")!);
        var lost = act == "log.gap" ? EntryCheck.Count(entry, "lost") ?? 0 : 0;
        if (act == "log.opened" && EntryCheck.Count(entry, "torn") > 0) sequence.Torn();
        sequence.Add(place, entry.GetProperty("seq").GetInt64(), lost);
        if (act == "entries.joined") form.CheckSum(place, entry);
        if (kind == "begun") pairs.Begun(place, id);
        else if (kind == "ended") pairs.Ended(id);
    }

    private JsonDocument? Parse(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        if (HalfCharacters.Has(bytes.Span))
        {
            findings.Add(place, AuditFindingKind.NoEntry, "a string is not UTF-8, or contains half a character");
            return null;
        }

        try
        {
            return JsonDocument.Parse(bytes, Unambiguous);
        }
        catch (JsonException)
        {
            ReportFault(place, bytes);
            return null;
        }
    }

    private void ReportFault(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            JsonDocument.Parse(bytes).Dispose();
            findings.Add(place, AuditFindingKind.RepeatedMember, "a member occurs twice");
        }
        catch (JsonException e)
        {
            findings.Add(place, AuditFindingKind.NoEntry, $"no JSON object at byte {e.BytePositionInLine}");
        }
    }
}
