namespace Gatehouse.Inventory.Model;

/// <summary>A process that looks like an MCP server, or a loopback port that answered as one.</summary>
/// <param name="Process">Process number, or null when only the port is known.</param>
/// <param name="CommandLine">Its command line with the values of secrets replaced, or null when unknown.</param>
/// <param name="Address">Address and port that it listens on, or null for one that does not listen.</param>
/// <param name="IsConfigured">True when a configuration that was read names it.</param>
public sealed record RunningServer(int? Process, string? CommandLine, string? Address, bool IsConfigured);
