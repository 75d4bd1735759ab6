namespace Gatehouse.Gateway.Witnesses;

/// <summary>A witness or an outside place of checkpoints, as it looks from this machine before anything is sent.</summary>
/// <param name="Path">The key of the configuration.</param>
/// <param name="Name">The kind and the name, as <c>status</c> shows them: <c>witness.NAME</c> or <c>checkpoints.NAME</c>.</param>
/// <param name="Target">The folder or the address.</param>
public sealed record CheckpointPlaceReport(string Path, string Name, string Target)
{
    /// <summary>The reason why no checkpoint can reach the place; null where none was found.</summary>
    public string? Fault { get; init; }

    /// <summary>The next step; null without a fault.</summary>
    public string? Remedy { get; init; }
}
