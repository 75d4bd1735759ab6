using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Places;

/// <summary>A place where a client reads servers or settings from.</summary>
/// <param name="Client">The client.</param>
/// <param name="Systems">Systems on which it is there.</param>
/// <param name="Pattern">
/// Path with <c>/</c>, beginning with <c>{home}</c>, <c>{appdata}</c>, <c>{config}</c>, <c>{system}</c> or <c>{workspace}</c>; a
/// segment may be or hold <c>*</c>.
/// </param>
/// <param name="Format">Format of the file.</param>
/// <param name="Pointers">The place of the servers: member names joined by <c>/</c>, <c>*</c> for every member; empty for a file of settings
/// only.</param>
/// <param name="Scope">The owner of the file.</param>
/// <param name="Source">Public documentation that names the place, or null when none was found.</param>
internal sealed record ClientConfigLocation(
    string Client, MachineSystem Systems, string Pattern, ConfigFormat Format, string Pointers, LocationScope Scope, string? Source);
