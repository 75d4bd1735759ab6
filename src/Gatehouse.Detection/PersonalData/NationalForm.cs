namespace Gatehouse.Detection.PersonalData;

/// <summary>One way to write the number of a country.</summary>
/// <param name="Country">The country, as a set of one.</param>
/// <param name="Form">The form, see <see cref="PersonalForm"/>.</param>
/// <param name="Check">The rules of the number.</param>
/// <param name="Strength">What the form needs beside its check.</param>
internal sealed record NationalForm(ulong Country, string Form, NumberCheck Check, FormStrength Strength);
