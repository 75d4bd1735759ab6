namespace Gatehouse.Detection.PersonalData;

/// <summary>The meaning of a phrase that can label a value.</summary>
/// <param name="Kinds">What it says of a value after it; none where only a longer phrase begins so.</param>
/// <param name="Countries">The countries whose national number it names, as a set of <see cref="NationalIds.BitOf"/>.</param>
/// <param name="IsBeginning">Whether a longer phrase begins so.</param>
internal readonly record struct LabelEntry(LabelKinds Kinds, ulong Countries, bool IsBeginning)
{
    /// <summary>Joins what two labels say. A word for a thing takes back what was before it, a label for a value another one.</summary>
    public LabelEntry Then(LabelEntry nearer) =>
        nearer.Kinds == 0 ? this
        : (nearer.Kinds & LabelKinds.Labels) == 0 ? this with { Kinds = Kinds | nearer.Kinds }
        : (nearer.Kinds & LabelKinds.Thing) != 0 ? nearer
        : (nearer.Kinds & LabelKinds.Values) != 0
            ? new LabelEntry((Kinds & ~(LabelKinds.Thing | LabelKinds.Values)) | nearer.Kinds, nearer.Countries, false)
        : new LabelEntry((Kinds & ~LabelKinds.Thing) | nearer.Kinds, Countries | nearer.Countries, false);
}
