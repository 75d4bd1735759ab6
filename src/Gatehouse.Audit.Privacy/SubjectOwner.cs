namespace Gatehouse.Audit.Privacy;

/// <summary>The person whose facts a key seals.</summary>
/// <param name="Issuer">The issuer; empty where an entry names a person without one, such as an account of the operating system.</param>
/// <param name="Subject">The subject; empty where no person is known.</param>
public readonly record struct SubjectOwner(string Issuer, string Subject)
{
    /// <summary>
    /// No known person: facts such as the address of a stranger. A key for each address would let a stranger make keys without bound, so all of
    /// them have one
    /// key a month, and only retention ends it.
    /// </summary>
    public static SubjectOwner Unknown { get; } = new("", "");
}
