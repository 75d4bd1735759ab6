using Gatehouse.Audit.Search;
using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about the audit log.</summary>
internal static class LogWords
{
    public static ControlWords All { get; } = new(
        [
            new("audit.read", ["kind", "search", "purpose", "payload"], ReadReading),
            new("audit.stats", ["search", "purpose"], static request => new CountLog(request.Search ?? new EntryFilter(), request.Purpose ?? "")),
            new("audit.gaps", ["search", "purpose"], static request => new FindLogGaps(request.Search ?? new EntryFilter(), request.Purpose ?? "")),
            new("audit.index", [], static _ => new RebuildLogIndex()),
            new("audit.clock", ["reason"], static request => new ConfirmClock(request.Reason ?? "")),
            new("audit.person", ["issuer", "subject", "purpose", "search", "payload"], ReadPerson),
            new("audit.erase", ["issuer", "subject", "purpose"],
                static request => new ErasePerson(request.Issuer ?? "", request.Subject ?? "", request.Purpose ?? "")),
        ],
        static act => act switch
        {
            ReadLog read => Of(read),
            CountLog count => new ControlRequest { Verb = "audit.stats", Search = count.Filter, Purpose = OrNull(count.Purpose) },
            FindLogGaps gaps => new ControlRequest { Verb = "audit.gaps", Search = gaps.Filter, Purpose = OrNull(gaps.Purpose) },
            RebuildLogIndex => new ControlRequest { Verb = "audit.index" },
            ConfirmClock confirm => new ControlRequest { Verb = "audit.clock", Reason = OrNull(confirm.Reason) },
            ExportPerson export => Of(export),
            ErasePerson erase => Of(erase),
            _ => null,
        });

    private static ControlRequest Of(ReadLog read) => new()
    {
        Verb = "audit.read",
        Kind = LogReadings.Text(read.Kind),
        Search = read.Filter,
        Purpose = OrNull(read.Purpose),
        Payload = read.Payload ? true : null,
    };

    private static ControlRequest Of(ExportPerson export) => new()
    {
        Verb = "audit.person",
        Issuer = OrNull(export.Issuer),
        Subject = OrNull(export.Subject),
        Purpose = OrNull(export.Purpose),
        Search = export.After is { } after ? new EntryFilter { After = after } : null,
        Payload = export.Payload ? true : null,
    };

    private static ControlRequest Of(ErasePerson erase) => new()
    {
        Verb = "audit.erase",
        Issuer = OrNull(erase.Issuer),
        Subject = OrNull(erase.Subject),
        Purpose = OrNull(erase.Purpose),
    };

    private static ControlReading ReadReading(ControlRequest request) => LogReadings.TryParse(request.Kind, out var kind)
        ? new ReadLog(kind, request.Search ?? new EntryFilter(), request.Purpose ?? "", request.Payload ?? false) : ActionRefusal.NoReadingKind;

    // Of a filter, only the place of the page has a meaning here.
    private static ControlReading ReadPerson(ControlRequest request) => request.Search is null or { Shape: "after" }
        ? new ExportPerson(request.Issuer ?? "", request.Subject ?? "", request.Purpose ?? "", request.Search?.After, request.Payload ?? false)
        : ActionRefusal.NotUnderstood;
}
