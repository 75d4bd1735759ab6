namespace Gatehouse.Detection.Model;

/// <summary>A receiver of hashed parts, one at a time.</summary>
internal interface IFeatureTaker
{
    /// <summary>Takes one.</summary>
    /// <param name="bucket">Its bucket, below <see cref="Features.Buckets"/>.</param>
    void Take(int bucket);
}
