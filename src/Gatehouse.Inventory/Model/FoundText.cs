namespace Gatehouse.Inventory.Model;

/// <summary>The place of a finding in a server's definition.</summary>
/// <param name="Kind">The kind of the definition: tool, prompt, resource, template, instructions, capabilities or server.</param>
/// <param name="Name">Its name; from outside.</param>
/// <param name="Pointer">JSON Pointer of the text; from outside.</param>
/// <param name="Start">First byte within the definition as the server wrote it, from 0.</param>
/// <param name="Length">Number of bytes.</param>
public sealed record FoundText(string Kind, string Name, string Pointer, int Start, int Length);
