namespace Gatehouse.Fixture;

/// <summary>The protocol revisions the fixture speaks. Revisions are dates, so ordinal order is their order.</summary>
internal static class ProtocolVersions
{
    /// <summary>The first revision without handshake and sessions.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>The first revision with resumable answers that end before their result.</summary>
    public const string Polling = "2025-11-25";

    public static IReadOnlyList<string> All { get; } = ["2024-11-05", "2025-03-26", "2025-06-18", Polling, Modern];

    public static bool IsModern(string? version) => string.CompareOrdinal(version, Modern) >= 0;
}
