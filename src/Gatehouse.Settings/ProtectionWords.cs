namespace Gatehouse.Settings;

/// <summary>The words of configurations and records for treatments and directions.</summary>
public static class ProtectionWords
{
    /// <summary>The words of all treatments.</summary>
    public static IReadOnlyList<string> Modes { get; } = [.. Enum.GetValues<ProtectionMode>().Select(Of)];

    /// <summary>The words of both directions.</summary>
    public static IReadOnlyList<string> Directions { get; } = [.. Enum.GetValues<ProtectionDirection>().Select(Of)];

    /// <summary>Returns the word of a treatment.</summary>
    public static string Of(ProtectionMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>Returns the word of a direction.</summary>
    public static string Of(ProtectionDirection direction) => direction == ProtectionDirection.ToServer ? "to-server" : "to-client";

    /// <summary>Returns the treatment of a word.</summary>
    /// <exception cref="ArgumentException">The word is unknown.</exception>
    public static ProtectionMode Mode(string word) => Enum.Parse<ProtectionMode>(word, ignoreCase: true);

    /// <summary>Returns the direction of a word.</summary>
    public static ProtectionDirection Direction(string word) => word == "to-server" ? ProtectionDirection.ToServer : ProtectionDirection.ToClient;
}
