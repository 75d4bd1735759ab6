using System.Text.Json.Serialization;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>The facts of a containment: what is contained, its author and the reason. Stored sealed.</summary>
internal sealed record ContainmentFacts
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>Kind of what is contained.</summary>
    public required ContainmentKind Kind { get; init; }

    /// <summary>Issuer of a user or client; empty for the other kinds.</summary>
    public string Issuer { get; init => field = value ?? ""; } = "";

    /// <summary>The server, also of a tool; the user or client at the issuer; or the id of the session.</summary>
    public required string Name { get; init; }

    /// <summary>The tool; empty for the other kinds.</summary>
    public string Tool { get; init => field = value ?? ""; } = "";

    /// <summary>The act that made it.</summary>
    public required ContainmentAct Act { get; init; }

    /// <summary>The mark of a user, by which later entries know of an erasure; null for the other kinds, and where there is none.</summary>
    public string? Mark { get; init; }

    /// <summary>Returns whether it is about this caller, as a user or by the client.</summary>
    public bool IsCaller(string issuer, string subject, string? client) => Issuer == issuer && Kind switch
    {
        ContainmentKind.User => Name == subject,
        ContainmentKind.Client => Name == client,
        _ => false,
    };

    /// <summary>Returns whether both name the same thing.</summary>
    public bool IsSame(ContainmentFacts other) => (Kind, Issuer, Name, Tool) == (other.Kind, other.Issuer, other.Name, other.Tool);
}

/// <summary>The person of an act about a containment, and the reason. Stored sealed.</summary>
/// <param name="Issuer">Issuer of the person; that of accounts for a person at a terminal.</param>
/// <param name="By">The person at the issuer, or the account.</param>
/// <param name="Reason">The reason in the person's words.</param>
internal sealed record ContainmentAct(string Issuer, string By, string Reason);

/// <summary>JSON of the sealed facts.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ContainmentFacts))]
[JsonSerializable(typeof(ContainmentAct))]
internal sealed partial class ContainmentJson : JsonSerializerContext;
