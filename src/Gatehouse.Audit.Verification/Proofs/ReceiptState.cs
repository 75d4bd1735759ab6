using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>The state of the promise in a receipt.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReceiptState>))]
public enum ReceiptState
{
    /// <summary>The entry is under a checkpoint.</summary>
    [JsonStringEnumMemberName("kept")]
    Kept,

    /// <summary>No checkpoint covers the entry, and the time of the promise is not over, or not known to be.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The log has another entry at the index, ended before it, or has no checkpoint that covers it though the time is over.</summary>
    [JsonStringEnumMemberName("not-kept")]
    NotKept,

    /// <summary>The log is not here.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
