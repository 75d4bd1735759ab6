using System.Text.Json.Serialization;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>The facts of a withheld result: its call and its findings. Stored sealed under the key of the caller.</summary>
internal sealed record QuarantineFacts
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>Issuer of the caller.</summary>
    public required string Issuer { get; init; }

    /// <summary>The caller at the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>Those groups of the caller that <c>administration.reading.groups</c> named when the result was withheld.</summary>
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];

    /// <summary>The client; null for none.</summary>
    public string? Client { get; init; }

    /// <summary>Name of the server.</summary>
    public required string Server { get; init; }

    /// <summary>Identity of the server's source.</summary>
    public required string Source { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The name or URI; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Digest of the definition; null for none.</summary>
    public string? Definition { get; init; }

    /// <summary>The findings that a person decides about.</summary>
    public required IReadOnlyList<WithheldFinding> Findings { get; init; }

    /// <summary>Generation of the configuration whose rules withheld it.</summary>
    public long Generation { get; init; }

    /// <summary>Id of the exchange.</summary>
    public required string ExchangeId { get; init; }

    /// <summary>The caller in one line, as entries of the log name callers.</summary>
    [JsonIgnore]
    public string Caller => $"{Issuer} {Subject}";

    /// <summary>Ids of the findings, each once, separated by spaces.</summary>
    [JsonIgnore]
    public string Codes => string.Join(' ', Findings.Select(static one => one.Rule).Distinct(StringComparer.Ordinal));

    /// <summary>Returns the facts of an exchange whose result is withheld.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="call">Its call.</param>
    /// <param name="findings">The findings. Those that a person set aside before are kept with them.</param>
    public static QuarantineFacts Of(Exchange exchange, AskedCall call, IReadOnlyList<WithheldFinding> findings) => new()
    {
        Issuer = call.Caller.Issuer,
        Subject = call.Caller.Subject,
        Groups = exchange.Snapshot.Settings.Administration.Reading.NamedOf(call.Caller.Issuer, call.Caller.Groups),
        Client = call.Caller.ClientId,
        Server = call.Server.Name,
        Source = ServerIdentities.Of(call.Server).Source.ToString(),
        Method = call.Method,
        Target = call.Target,
        Definition = call.Definition,
        Findings = [.. findings, .. exchange.Questions.SetAside.Where(aside => !findings.Any(aside.IsSame))],
        Generation = exchange.Snapshot.Generation,
        ExchangeId = exchange.Record.Id,
    };
}

/// <summary>The facts of a release or deletion. Stored sealed under the key of the person.</summary>
/// <param name="Issuer">Issuer of the person.</param>
/// <param name="Subject">The person at the issuer.</param>
/// <param name="Reason">The reason that the person stated.</param>
/// <param name="SetAside">The findings that the person set aside; empty for a deletion.</param>
/// <param name="Client">The client of the person's token; null for none.</param>
internal sealed record ReleaseFacts(
    string Issuer, string Subject, string Reason, IReadOnlyList<WithheldFinding> SetAside, string? Client = null)
{
    /// <summary>
    /// The moment at which the person was established; null for that of the row. Threat: the release waits for its turn and the store, a revocation
    /// of the person comes meanwhile, and a release that is dated later than the revocation counts.
    /// </summary>
    public DateTimeOffset? EstablishedAt { get; init; }
}

/// <summary>JSON of the sealed facts.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(QuarantineFacts))]
[JsonSerializable(typeof(ReleaseFacts))]
internal sealed partial class QuarantineFactsJson : JsonSerializerContext;
