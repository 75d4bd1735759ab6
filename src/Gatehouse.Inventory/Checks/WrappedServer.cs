namespace Gatehouse.Inventory;

/// <summary>A server that was made to run through Gatehouse.</summary>
/// <param name="File">Absolute path of the configuration.</param>
/// <param name="Name">Its name in it.</param>
public sealed record WrappedServer(string File, string Name);
