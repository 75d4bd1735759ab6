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

    /// <summary>
    /// The log has another entry at the index, or ended before it; or its folder has no checkpoint that covers it though the time is over.
    /// </summary>
    [JsonStringEnumMemberName("not-kept")]
    NotKept,

    /// <summary>
    /// A witness cosigned a checkpoint without the entry after the time of the promise. The log may have shown a newer one to others in time: anyone
    /// who has an older checkpoint can send it to a witness that is behind.
    /// </summary>
    [JsonStringEnumMemberName("not-shown")]
    NotShown,

    /// <summary>Nothing is known: the log is not here, or the file does not say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
