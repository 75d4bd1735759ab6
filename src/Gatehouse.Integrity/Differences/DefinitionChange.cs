namespace Gatehouse.Integrity.Differences;

/// <summary>One difference between a definition as it was approved and as it is now.</summary>
/// <param name="Pointer">JSON Pointer within the definition, made visible.</param>
/// <param name="Effect">Its effect.</param>
/// <param name="Text">The difference in words; all outside text in it is made visible.</param>
public sealed record DefinitionChange(string Pointer, ChangeEffect Effect, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Effect.ToString().ToLowerInvariant()} {(Pointer.Length == 0 ? "(all)" : Pointer)}: {Text}";
}
