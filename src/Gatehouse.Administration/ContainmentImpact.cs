using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The effects of a containment, or those that it would have now.</summary>
public sealed record ContainmentImpact
{
    /// <summary>The most people that are named.</summary>
    public const int MostPeople = 50;

    /// <summary>Requests in progress, held ones among them.</summary>
    [JsonPropertyName("requests")]
    public int Requests { get; init; }

    /// <summary>Those of them that a server had, so that it may have carried them out.</summary>
    [JsonPropertyName("unknown")]
    public int Unknown { get; init; }

    /// <summary>Open streams, subscriptions among them.</summary>
    [JsonPropertyName("streams")]
    public int Streams { get; init; }

    /// <summary>Sessions.</summary>
    [JsonPropertyName("sessions")]
    public int Sessions { get; init; }

    /// <summary>Local processes, not counting those that they started.</summary>
    [JsonPropertyName("processes")]
    public int Processes { get; init; }

    /// <summary>Open questions to people.</summary>
    [JsonPropertyName("questions")]
    public int Questions { get; init; }

    /// <summary>Approvals that were granted and not used.</summary>
    [JsonPropertyName("grants")]
    public int Grants { get; init; }

    /// <summary>Withheld results that the contained person or client released, and no call got.</summary>
    [JsonPropertyName("releases")]
    public int Releases { get; init; }

    /// <summary>Number of people with a request, stream or session among these.</summary>
    [JsonPropertyName("peopleCount")]
    public int PeopleCount { get; init; }

    /// <summary>The names of those people, at most <see cref="MostPeople"/>.</summary>
    [JsonPropertyName("people")]
    public IReadOnlyList<string> People { get; init => field = value ?? []; } = [];

    /// <summary>Returns whether there is nothing to end.</summary>
    public bool IsEmpty() =>
        (Requests | Streams | Sessions | Processes | Questions | Grants | Releases | PeopleCount) == 0;
}
