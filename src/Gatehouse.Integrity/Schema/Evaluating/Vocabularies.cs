namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The groups of keywords that a dialect may have (JSON Schema 2020-12 core section 8.1.2).</summary>
[Flags]
internal enum Vocabularies
{
    None = 0,
    Applicator = 1,
    Unevaluated = 2,
    Validation = 4,
    FormatAssertion = 8,
    All = Applicator | Unevaluated | Validation,
}
