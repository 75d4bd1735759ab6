namespace Gatehouse.Evaluation;

/// <summary>A sentence, or two in a row.</summary>
/// <param name="Concepts">Its concepts, a bit each.</param>
/// <param name="Buckets">Its hashed parts.</param>
/// <param name="Text">Its text where it is one sentence.</param>
internal sealed record Window(uint Concepts, int[] Buckets, string Text);
