namespace Gatehouse.Settings;

/// <summary>Reference to a secret: <c>env:NAME</c> or <c>file:PATH</c>. Configuration never contains the secret itself (SK-01).</summary>
/// <param name="Scheme"><c>env</c> or <c>file</c>.</param>
/// <param name="Location">Name of the variable or path of the file.</param>
public sealed record SecretReference(string Scheme, string Location)
{
    /// <inheritdoc />
    public override string ToString() => $"{Scheme}:{Location}";
}
