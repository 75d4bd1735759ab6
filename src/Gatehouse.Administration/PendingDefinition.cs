using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A definition that the lock withholds, as an administrator sees it. All outside text in <see cref="Lines"/> is made visible.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">Its source, in one line.</param>
/// <param name="Kind">The word of its kind.</param>
/// <param name="Name">Its name; text from outside.</param>
/// <param name="Digest">Its digest, which an approval names.</param>
/// <param name="Reason">Slug of the reason why it is withheld.</param>
/// <param name="At">The moment when it was withheld last.</param>
/// <param name="Approvals">The administrators who have approved it so far.</param>
/// <param name="Needed">The number of different administrators who must approve.</param>
/// <param name="Lines">The parts that a model would read differently; for a new one all of it.</param>
public sealed record PendingDefinition(
    [property: JsonPropertyName("server")] string Server,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("digest")] string Digest,
    [property: JsonPropertyName("reason")] string Reason,
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("approvals")] IReadOnlyList<string> Approvals,
    [property: JsonPropertyName("needed")] int Needed,
    [property: JsonPropertyName("lines")] IReadOnlyList<string> Lines)
{
    /// <summary>The approvals so far, each with its person, its moment and its reason, the oldest first.</summary>
    [JsonPropertyName("answers")]
    public IReadOnlyList<ApprovalAnswerView> Answers { get; init => field = value ?? []; } = [];
}
