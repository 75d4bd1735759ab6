using Gatehouse.Audit;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy.Vocabulary;

namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// The log entries of an exchange: a view of its record, like trace span and metrics (design rule 6). This type decides the content of an entry; the
/// record has the facts.
/// </summary>
internal static class ExchangeEvent
{
    /// <summary>Creates the begun or ended entry, with the facts so far.</summary>
    public static AuditEntry Of(ExchangeRecord record, AuditEntryKind kind)
    {
        var asked = Asked(record);
        var hasEnded = kind == AuditEntryKind.Ended;
        var payload = hasEnded && record.HasBegun ? null : record.Payload; // once
        var attempts = record.UnrecordedAttempts();
        return new AuditEntry
        {
            Kind = kind,
            ExchangeId = record.Id,
            ParentId = record.ParentId,
            At = record.Now,
            Began = record.Began,
            Generation = record.Generation,
            Server = record.Server,
            Verb = AuditText.Bounded(record.Verb),
            Via = record.Via,
            Method = AuditText.Bounded(TokenMask.Of(record.Method)),
            Name = AuditText.Bounded(TokenMask.Of(record.Name)),
            CallerWords = RecordedWords.OfCaller(record),
            Uri = TokenMask.Of(record.Uri),
            Revision = record.Revision,
            Issuer = record.Subject?.Issuer,
            Subject = record.Subject?.Subject,
            ClientId = record.Subject?.ClientId,
            Session = record.Session,
            TraceId = record.TraceId,
            Checks = record.Checks,
            Parts = record.Parts,
            Attempts = attempts,
            Credentials = hasEnded ? record.CloseUses() : [],
            Peer = attempts.Count > 0 && record.Subject is null ? PeerOf(record) : null,
            Code = record.Refusal?.Reason.Code,
            Status = hasEnded && record.Status != 0 ? record.Status : null,
            UpstreamMessages = record.UpstreamMessages,
            MessagesOut = record.MessagesOut,
            Notifications = record.Notifications,
            BytesIn = record.BytesIn,
            BytesOut = record.BytesOut,
            Microseconds = hasEnded ? (long)record.Elapsed.TotalMicroseconds : null,
            SealedFactsCache = record.HasBegun ? record.SealedFactsCache : null, // an exchange without a begun entry has one entry only
            Payload = payload,
            Owner = record.Owner,
            OwnerNetwork = record.Subject is null ? record.Partition.Network() : null,
            IsOwnerStranger = record.Subject is null,
            IsRefusal = IsRefusal(record, payload),
            ClosesBegun = hasEnded && record.HasBegun,
            Roles = asked?.Roles ?? [],
            Groups = asked?.Groups ?? [],
            ReadingGroups = record.ReadingGroups(),
            MoreGroups = asked is not null && record.Subject!.GroupsAreIncomplete,
            Scopes = asked?.Scopes ?? [],
            Strengths = asked?.Strengths ?? [],
            Asked = asked?.Digest,
        };
    }

    /// <summary>
    /// Returns whether the exchange is a refusal of which the log takes a bounded number only: one that was not begun and has no kept request.
    /// </summary>
    public static bool IsRefusal(ExchangeRecord record) => IsRefusal(record, record.Payload);

    private static bool IsRefusal(ExchangeRecord record, AuditPayload? payload) => record.Refusal is not null && !record.HasBegun && payload is null;

    /// <summary>Creates the count of the attempts of an exchange that may last long before it has an entry.</summary>
    public static AuditEntry AttemptsOf(ExchangeRecord record) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = record.Id,
        At = record.Now,
        Began = record.Began,
        Generation = record.Generation,
        Issuer = record.Subject?.Issuer,
        Subject = record.Subject?.Subject,
        Peer = record.Subject is null ? PeerOf(record) : null,
        Attempts = record.UnrecordedAttempts(),
        ReadingGroups = record.ReadingGroups(),
        Facts = [KeyValuePair.Create("act", "attempts.counted")], // the class of calls: it is counted with refusals of the same caller, under the same key
        Owner = record.Owner,
        IsOwnerStranger = record.Subject is null,
        IsOnlyCounted = true,
    };

    /// <summary>
    /// Creates the entry of an exchange with a receipt that has no begun entry, in the place of that. Otherwise the indexes of two receipts would
    /// show whether a call between them came as far as to a server, or a rule had its request kept.
    /// </summary>
    public static AuditEntry PlaceOfBegun(ExchangeRecord record) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = record.Id,
        At = record.Now,
        Generation = record.Generation,
        Issuer = record.Subject?.Issuer,
        Facts = [KeyValuePair.Create("act", "receipt.place")],
        Owner = record.Owner,
        IsOwnerStranger = record.Subject is null,
    };

    private static string PeerOf(ExchangeRecord record) => record.Partition.ToString() is { Length: > 0 } block ? block : "unknown";

    // Privacy: of the token's statements about a person, only those that a rule asks for are kept.
    private static RequestedNames? Asked(ExchangeRecord record) =>
        record.Subject is { } subject && record.Policy.AskedOf(subject) is { Digest: not null } asked ? asked : null;
}
